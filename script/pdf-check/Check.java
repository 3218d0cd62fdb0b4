// Holds a PDF against veraPDF's profiles for PDF/UA-1 and PDF/A-2a and prints what fails.
// The exit status is the number of profiles that fail.

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.List;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

public class Check {
    private static final int SHOWN = 10;

    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int failing = 0;
        for (String name : new String[] {"PDFUA-1", "PDFA-2A"}) {
            if (!passes(arguments[0], name)) {
                failing++;
            }
        }
        System.exit(failing);
    }

    private static boolean passes(String file, String name) throws Exception {
        String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream rules = Profiles.class.getResourceAsStream(path)) {
            ValidationProfile profile = Profiles.profileFromXml(rules);
            try (PDFAParser parser = Foundries.defaultInstance()
                    .createParser(new FileInputStream(file), profile.getPDFAFlavour())) {
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
                ValidationResult result = validator.validate(parser);
                List<TestAssertion> failures = result.getTestAssertions().stream()
                        .filter(test -> test.getStatus() == TestAssertion.Status.FAILED)
                        .toList();
                System.out.println(name + ": " + (result.isCompliant() ? "compliant" : "FAILS")
                        + ", checks " + result.getTotalAssertions() + ", failures " + failures.size());
                failures.stream().limit(SHOWN).forEach(test -> System.out.println(
                        "   " + test.getRuleId().getClause() + "-" + test.getRuleId().getTestNumber() + " " + test.getMessage()));
                return result.isCompliant();
            }
        }
    }
}
