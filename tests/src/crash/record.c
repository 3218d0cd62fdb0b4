/* Writes down, in order, what a process does to the files under one folder, and what it says on standard output: loaded
   before the C library (LD_PRELOAD), so that the office under test is the program that people run, and the tablet the device in a process without a window. `power.rs` reads
   the log and makes the disk as a cut of power at any moment would have left it. Linux only; no part of the product.

   A line of the log: kind (1 byte), length of the path (u32), the path, a place or length (u64), length of the bytes
   (u32), the bytes. C created, W written, T truncated, S synced, R renamed (bytes: the new path), U removed,
   M folder made, A said on standard output. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 4096
static char *paths[MOST];
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int to = -1;
static const char *under;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("ENTERVIEW_RECORD");
  under = getenv("ENTERVIEW_RECORD_UNDER");
  if (file && under) to = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static int ours(const char *path) { return to >= 0 && path && strncmp(path, under, strlen(under)) == 0; }

static void tell(char kind, const char *path, uint64_t place, const void *bytes, uint32_t n) {
  uint32_t length = path ? (uint32_t)strlen(path) : 0;
  size_t size = 1 + 4 + length + 8 + 4 + n, at = 0;
  char *line = malloc(size);
  if (!line) abort();
  line[at++] = kind;
  memcpy(line + at, &length, 4); at += 4;
  if (length) memcpy(line + at, path, length);
  at += length;
  memcpy(line + at, &place, 8); at += 8;
  memcpy(line + at, &n, 4); at += 4;
  if (n) memcpy(line + at, bytes, n);
  /* One write to a file opened for appending: lines of two processes never mix. */
  if (syscall(SYS_write, to, line, size) != (long)size) abort();
  free(line);
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static void opened(int fd, const char *path, int flags, int was_there) {
  if (fd < 0 || fd >= MOST || !ours(path)) return;
  pthread_mutex_lock(&guard);
  free(paths[fd]);
  paths[fd] = strdup(path);
  pthread_mutex_unlock(&guard);
  if ((flags & O_CREAT) && !was_there) tell('C', path, 0, NULL, 0);
  else if (flags & O_TRUNC) tell('T', path, 0, NULL, 0);
}

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    REAL(int, name, const char *, int, ...); \
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
    int there = ours(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; \
    int fd = real(path, flags, mode); \
    opened(fd, path, flags, there); \
    return fd; \
  }
#define OPENS_AT(name) \
  int name(int at, const char *path, int flags, ...) { \
    REAL(int, name, int, const char *, int, ...); \
    va_list rest; va_start(rest, flags); mode_t mode = va_arg(rest, mode_t); va_end(rest); \
    int there = ours(path) && syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0; \
    int fd = real(at, path, flags, mode); \
    opened(fd, path, flags, there); \
    return fd; \
  }
OPENS(open) OPENS(open64) OPENS_AT(openat) OPENS_AT(openat64)

/* The path of a file under the folder, to be freed; NULL for every other. */
static char *path_of(int fd) {
  if (fd < 0 || fd >= MOST || to < 0) return NULL;
  pthread_mutex_lock(&guard);
  char *path = paths[fd] ? strdup(paths[fd]) : NULL;
  pthread_mutex_unlock(&guard);
  return path;
}

int close(int fd) {
  REAL(int, close, int);
  if (fd >= 0 && fd < MOST) {
    pthread_mutex_lock(&guard);
    free(paths[fd]);
    paths[fd] = NULL;
    pthread_mutex_unlock(&guard);
  }
  return real(fd);
}

ssize_t write(int fd, const void *bytes, size_t n) {
  REAL(ssize_t, write, int, const void *, size_t);
  if (fd == 1 && to >= 0) tell('A', NULL, 0, bytes, (uint32_t)n);
  char *path = path_of(fd);
  if (path) {
    off_t place = lseek(fd, 0, SEEK_CUR);
    if (fcntl(fd, F_GETFL) & O_APPEND) place = lseek(fd, 0, SEEK_END);
    tell('W', path, (uint64_t)place, bytes, (uint32_t)n);
    free(path);
  }
  return real(fd, bytes, n);
}

#define WRITES_AT(name) \
  ssize_t name(int fd, const void *bytes, size_t n, off_t place) { \
    REAL(ssize_t, name, int, const void *, size_t, off_t); \
    char *path = path_of(fd); \
    if (path) { tell('W', path, (uint64_t)place, bytes, (uint32_t)n); free(path); } \
    return real(fd, bytes, n, place); \
  }
WRITES_AT(pwrite) WRITES_AT(pwrite64)

#define TRUNCATES(name) \
  int name(int fd, off_t length) { \
    REAL(int, name, int, off_t); \
    char *path = path_of(fd); \
    if (path) { tell('T', path, (uint64_t)length, NULL, 0); free(path); } \
    return real(fd, length); \
  }
TRUNCATES(ftruncate) TRUNCATES(ftruncate64)

#define SYNCS(name) \
  int name(int fd) { \
    REAL(int, name, int); \
    int done = real(fd); \
    char *path = path_of(fd); \
    if (path) { if (done == 0) tell('S', path, 0, NULL, 0); free(path); } \
    return done; \
  }
SYNCS(fsync) SYNCS(fdatasync)

int rename(const char *from, const char *into) {
  REAL(int, rename, const char *, const char *);
  int done = real(from, into);
  if (done == 0 && ours(from)) tell('R', from, 0, into, (uint32_t)strlen(into));
  return done;
}

int unlink(const char *path) {
  REAL(int, unlink, const char *);
  int done = real(path);
  if (done == 0 && ours(path)) tell('U', path, 0, NULL, 0);
  return done;
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, mkdir, const char *, mode_t);
  int done = real(path, mode);
  if (done == 0 && ours(path)) tell('M', path, 0, NULL, 0);
  return done;
}
