package dev.skerry.config.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestWordTest {
    private static final List<String> KNOWN = List.of("ttl", "hosts", "origins", "stale-if-error");

    @Test
    void aSlipFindsItsWord() {
        assertEquals("hosts", NearestWord.to("host", KNOWN));
        assertEquals("origins", NearestWord.to("orgiins", KNOWN));
        assertEquals("stale-if-error", NearestWord.to("stale_if_eror", KNOWN));
        assertEquals("ttl", NearestWord.to("TTL", KNOWN));
        assertEquals("ttl", NearestWord.to("tll", KNOWN));
    }

    @Test
    void aStrangerFindsNone() {
        assertNull(NearestWord.to("colour", KNOWN));
        assertNull(NearestWord.to("abc", KNOWN));
        assertNull(NearestWord.to("x".repeat(100_000), KNOWN));
    }
}
