"""What libvips costs for a tablet's work with a photo: upright, no metadata, 2,048 pixels and a thumbnail of 320, both JPEG at
82 with 4:2:0. In one process, warm, one thread, from a file in memory to two files in memory; nothing is sealed.

photo.py FILE TIMES: prints processor milliseconds a photo, and the process's memory before and at its peak in KiB.
"""

import ctypes
import os
import sys
import time

os.environ["VIPS_CONCURRENCY"] = "1"
vips = ctypes.CDLL("libvips.so.42")
glib = ctypes.CDLL("libglib-2.0.so.0")
glib.g_free.argtypes = [ctypes.c_void_p]
gobject = ctypes.CDLL("libgobject-2.0.so.0")
gobject.g_object_unref.argtypes = [ctypes.c_void_p]
vips.vips_image_copy_memory.restype = ctypes.c_void_p
vips.vips_image_copy_memory.argtypes = [ctypes.c_void_p]
vips.vips_error_buffer.restype = ctypes.c_char_p


def check(failed):
    if failed:
        sys.exit(vips.vips_error_buffer().decode())


def smaller(call, source, side):
    out = ctypes.c_void_p()
    # VIPS_SIZE_DOWN is 2: never enlarge. Turning upright is what it does by itself.
    end = [b"height", ctypes.c_int(side), b"size", ctypes.c_int(2), None]
    check(call(*source, ctypes.byref(out), ctypes.c_int(side), *end))
    kept = ctypes.c_void_p(vips.vips_image_copy_memory(out))
    gobject.g_object_unref(out)
    return kept


def jpeg(image):
    buffer, length = ctypes.c_void_p(), ctypes.c_size_t()
    # VIPS_FOREIGN_SUBSAMPLE_ON is 1.
    options = [b"Q", ctypes.c_int(82), b"strip", ctypes.c_int(1), b"subsample-mode", ctypes.c_int(1), None]
    check(vips.vips_jpegsave_buffer(image, ctypes.byref(buffer), ctypes.byref(length), *options))
    data = ctypes.string_at(buffer, length.value)
    glib.g_free(buffer)
    return data


def once(data):
    large = smaller(vips.vips_thumbnail_buffer, [data, ctypes.c_size_t(len(data))], 2048)
    small = smaller(vips.vips_thumbnail_image, [large], 320)
    made = jpeg(large), jpeg(small)
    gobject.g_object_unref(large)
    gobject.g_object_unref(small)
    return made


def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


check(vips.vips_init(b"photo"))
# Or the second photo would be the first one's, remembered.
vips.vips_cache_set_max(0)
data = open(sys.argv[1], "rb").read()
before = status("VmRSS:")
once(data)
began, times = time.process_time(), int(sys.argv[2])
for _ in range(times):
    large, small = once(data)
cpu = (time.process_time() - began) / times * 1000
if len(sys.argv) > 3:
    open(sys.argv[3] + "large.jpg", "wb").write(large)
    open(sys.argv[3] + "small.jpg", "wb").write(small)
print(f"{cpu:.2f} {before} {status('VmHWM:')}")
