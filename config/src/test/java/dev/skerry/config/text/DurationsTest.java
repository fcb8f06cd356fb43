package dev.skerry.config.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DurationsTest {
    @Test
    void everyUnitIsRead() {
        assertEquals(Duration.ofMillis(500), Durations.parse("500ms"));
        assertEquals(Duration.ofSeconds(10), Durations.parse("10s"));
        assertEquals(Duration.ofMinutes(5), Durations.parse("5m"));
        assertEquals(Duration.ofHours(1), Durations.parse("1h"));
        assertEquals(Duration.ofDays(1), Durations.parse("1d"));
        assertEquals(Duration.ofDays(7), Durations.parse("1w"));
        assertEquals(Duration.ofDays(365), Durations.parse("1y"));
        assertEquals(Duration.ZERO, Durations.parse("0"));
    }

    @Test
    void anythingElseIsNoDuration() {
        for (String text :
                List.of("", "10", "s", "-1s", "1.5h", "1 h", "1H", "1h30m", "1234567890s", "०s")) {
            assertNull(Durations.parse(text), text);
        }
    }

    @Test
    void aDurationIsWrittenInTheLargestUnitThatHoldsIt() {
        for (String text : List.of("0s", "1ms", "1500ms", "90s", "5m", "36h", "3d", "2y")) {
            Duration duration = Durations.parse(text);
            assertTrue(duration != null, text);
            assertEquals(text, Durations.format(duration));
        }
    }

    @Test
    void sizesAreBinary() {
        assertEquals(OptionalLong.of(4096), Sizes.parse("4096"));
        assertEquals(OptionalLong.of(64 << 10), Sizes.parse("64k"));
        assertEquals(OptionalLong.of(1 << 20), Sizes.parse("1M"));
        assertEquals(OptionalLong.of(2L << 30), Sizes.parse("2g"));
        assertEquals(OptionalLong.of(1L << 40), Sizes.parse("1t"));
        for (String text : List.of("", "k", "-1k", "1kb", "1.5g", "1 g", "9999999999999")) {
            assertEquals(OptionalLong.empty(), Sizes.parse(text), text);
        }
        assertEquals(OptionalLong.empty(), Sizes.parse("999999999999t"));
        for (String text : List.of("0", "1000", "64k", "3m", "2g", "1t")) {
            assertEquals(text, Sizes.format(Sizes.parse(text).orElseThrow()));
        }
    }
}
