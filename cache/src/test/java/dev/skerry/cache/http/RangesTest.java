package dev.skerry.cache.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {
    @Test
    void readsSingleOpenSuffixAndSeveralRanges() {
        assertEquals(List.of(new ByteRange(0, 99)), ByteRange.parse("bytes=0-99"));
        assertEquals(List.of(new ByteRange(5, -1)), ByteRange.parse("Bytes=5-"));
        assertEquals(List.of(new ByteRange(-1, 5)), ByteRange.parse("bytes=-5"));
        assertEquals(
                List.of(new ByteRange(0, 0), new ByteRange(-1, 1)),
                ByteRange.parse("bytes= 0-0 , ,-1,"));
        assertEquals(
                List.of(new ByteRange(0, Long.MAX_VALUE - 1)),
                ByteRange.parse("bytes=0-99999999999999999999999"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=1",
                "bytes=2-1",
                "bytes=a-b",
                "bytes=1-2-3",
                "bytes=--1",
                "bytes =0-1",
                "lines=0-1",
                "bytes=0 -1",
                "bytes=0-1;x"
            })
    void ignoresWhatIsNoRange(String value) {
        assertNull(ByteRange.parse(value));
    }

    @Test
    void sixteenRangesAreTheMost() {
        String sixteen = "bytes=" + "0-1,".repeat(16);
        assertEquals(16, present(ByteRange.parse(sixteen)).size());
        assertNull(ByteRange.parse(sixteen + "0-1"));
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    @Test
    void readsAndWritesContentRanges() {
        assertEquals(new ContentRange(0, 5, 10), ContentRange.parse("bytes 0-4/10"));
        assertEquals(new ContentRange(0, 5, -1), ContentRange.parse("bytes 0-4/*"));
        assertEquals(new ContentRange(-1, -1, 10), ContentRange.parse("bytes */10"));
        assertEquals("bytes 0-4/10", new ContentRange(0, 5, 10).toString());
        assertEquals("bytes */10", new ContentRange(-1, -1, 10).toString());
        assertEquals("bytes 4-4/*", new ContentRange(4, 5, -1).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 4-9",
                "bytes 4-9/9",
                "bytes 5-4/9",
                "bytes */*",
                "bytes -4/9",
                "bytes 4-/9",
                "x 0-1/2",
                "bytes 0-1/",
                "bytes 0-1/x"
            })
    void contentRangesThatBreakARuleAreNone(String value) {
        assertNull(ContentRange.parse(value));
    }

    @Property
    void readingIsTotal(@ForAll @Chars({'0', '9', '-', ',', '/', '*', ' '}) String value) {
        List<ByteRange> ranges = ByteRange.parse("bytes=" + value);
        assertTrue(ranges == null || (!ranges.isEmpty() && ranges.size() <= 16));
        ContentRange range = ContentRange.parse("bytes " + value);
        assertTrue(range == null || range.from() <= range.to());
    }
}
