package dev.skerry.config.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RevisionTest {
    private static final String HISTORY = "0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, 999_999_999_999_999_999L})
    void aRevisionIsReadAsItIsWritten(long counter) {
        Revision revision = new Revision(HISTORY, counter);
        assertEquals(HISTORY + "." + counter, revision.toString());
        assertEquals(revision, Revision.parse(revision.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1",
                HISTORY,
                HISTORY + ".",
                HISTORY + ".-1",
                HISTORY + ".+1",
                HISTORY + ".01",
                HISTORY + ".1 ",
                HISTORY + ".1.1",
                HISTORY + ".1000000000000000000",
                HISTORY + ".\u0661",
                "0123456789ABCDEF0123456789ABCDEF.1",
                "0123456789abcdef0123456789abcde.1",
                "0123456789abcdef0123456789abcdef0.1",
                " " + HISTORY + ".1",
            })
    void everythingElseIsNone(String text) {
        assertNull(Revision.parse(text));
    }

    @Test
    void whatIsNoRevisionCannotBeMade() {
        assertThrows(IllegalArgumentException.class, () -> new Revision(HISTORY, -1));
        assertThrows(IllegalArgumentException.class, () -> new Revision("x", 1));
    }
}
