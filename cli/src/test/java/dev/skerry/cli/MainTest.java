package dev.skerry.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The command line as a whole. */
final class MainTest {
    @Test
    void helpAndVersionAreNoFailure() {
        assertEquals(0, Ran.skerry("--help").exit());
        assertEquals(0, Ran.skerry("purge", "--help").exit());
        assertEquals(0, Ran.skerry("help", "purge").exit());
        assertTrue(Ran.skerry("--version").out().startsWith("skerry "));
    }

    @Test
    void nothingAsksForACommand() {
        Ran ran = Ran.skerry();
        assertEquals(2, ran.exit());
        assertEquals("skerry: which command?\nSee: skerry --help\n", ran.err());
    }

    @Test
    void aMistypedCommandIsRecognised() {
        Ran ran = Ran.skerry("pruge");
        assertEquals(2, ran.exit());
        assertEquals(
                """
                skerry: unknown command 'pruge'; did you mean purge?
                See: skerry --help
                """,
                ran.err());
        assertEquals("", ran.out());
    }

    @Test
    void aMistypedOptionIsRecognised() {
        Ran ran = Ran.skerry("purge", "--admin", "x:1", "--everythign");
        assertEquals(2, ran.exit());
        assertEquals(
                """
                skerry: unknown option '--everythign'; did you mean --everything?
                See: skerry purge --help
                """,
                ran.err());
    }

    @Test
    void aMistypedOptionWithItsValueIsRecognised() {
        Ran ran = Ran.skerry("edge", "--orgin=http://127.0.0.1:1");
        assertTrue(ran.err().contains("did you mean --origin?"), ran.err());
    }

    @Test
    void whatNobodyCouldHaveMeantGetsNoGuess() {
        Ran ran = Ran.skerry("--frobnicate");
        assertEquals("skerry: unknown option '--frobnicate'\nSee: skerry --help\n", ran.err());
    }

    @Test
    void anArgumentTooManyIsNamed() {
        Ran ran = Ran.skerry("edge", "site.yaml");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("takes no argument 'site.yaml'"), ran.err());
    }

    @Test
    void aMissingValueNamesItsOption() {
        Ran ran = Ran.skerry("purge", "--admin");
        assertEquals(2, ran.exit());
        assertTrue(ran.err().contains("--admin"), ran.err());
        assertFalse(ran.err().contains("\tat "), ran.err());
    }
}
