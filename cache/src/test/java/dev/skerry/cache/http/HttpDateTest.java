package dev.skerry.cache.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
    private static final long NOW = Instant.parse("2026-11-23T12:00:00Z").toEpochMilli();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT    | 1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT   | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994         | 1994-11-06T08:49:37Z",
                "Sun Nov 16 08:49:37 1994         | 1994-11-16T08:49:37Z",
                "SUN, 06 NOV 1994 08:49:37 gmt    | 1994-11-06T08:49:37Z",
                "sunday, 06-nOv-94 08:49:37 Gmt   | 1994-11-06T08:49:37Z",
                "Tue, 19 Jan 2038 14:14:08 GMT    | 2038-01-19T14:14:08Z",
                "Sun, 21 Nov 2286 04:46:39 GMT    | 2286-11-21T04:46:39Z",
                "Sat, 29 Feb 2020 00:00:00 GMT    | 2020-02-29T00:00:00Z",
                "Fri, 31 Dec 9999 23:59:59 GMT    | 9999-12-31T23:59:59Z",
                "Sat, 31 Dec 2016 23:59:60 GMT    | 2017-01-01T00:00:00Z",
            })
    void readsTheThreeFormatsInAnyCase(String value, String expected) {
        assertEquals(Instant.parse(expected).toEpochMilli(), HttpDate.parse(value, NOW));
    }

    @ParameterizedTest
    @CsvSource({"76,2076", "77,1977", "26,2026", "00,2000", "99,1999", "50,2050"})
    void aTwoDigitYearLiesAtMostFiftyYearsAhead(String digits, int year) {
        long expected = Instant.parse(year + "-08-18T02:01:18Z").toEpochMilli();
        assertEquals(expected, HttpDate.parse("Thursday, 18-Aug-" + digits + " 02:01:18 GMT", NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "-1",
                "foo",
                "Thu, 18 Aug 2050 02:01:18 UTC",
                "Thu, 18 Aug 2050 02:01:18 AEST",
                "Thu, 18 Aug 2050 02:01:18",
                "Thu, 18 Aug 50 02:01:18 GMT",
                "Thu 18 Aug 2050 02:01:18 GMT",
                "Thu, 18  Aug  2050 02:01:18 GMT",
                "Thu, 18-Aug-2050 02:01:18 GMT",
                "Thu, 18 Aug 2050 02.01.18 GMT",
                "Thu, 18 Aug 2050 2:01:18 GMT",
                "Thu, 18 Aug 2050 24:00:00 GMT",
                "Thu, 18 Aug 2050 23:60:00 GMT",
                "Thu, 18 Aug 2050 23:59:61 GMT",
                "Thu, 00 Aug 2050 02:01:18 GMT",
                "Thu, 31 Jun 2050 02:01:18 GMT",
                "Mon, 29 Feb 2021 00:00:00 GMT",
                "Thx, 18 Aug 2050 02:01:18 GMT",
                "Thu, 18 Axg 2050 02:01:18 GMT",
                "Thursdax, 18-Aug-50 02:01:18 GMT",
                "Thursday, 18-Aug-+1 02:01:18 GMT",
                "Thu Aug 8 02:01:18 2050",
                "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT",
            })
    void anythingElseIsInvalid(String value) {
        assertEquals(HttpDate.INVALID, HttpDate.parse(value, NOW));
    }

    @Test
    void anAbsentDateIsInvalid() {
        assertEquals(HttpDate.INVALID, HttpDate.parse(null, NOW));
    }

    @Test
    void writesThePreferredFormat() {
        assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.format(784111777999L));
        assertEquals("Wed, 31 Dec 1969 23:59:59 GMT", HttpDate.format(-1));
        assertEquals("Fri, 31 Dec 9999 23:59:59 GMT", HttpDate.format(Long.MAX_VALUE));
        assertEquals("Sat, 01 Jan 0000 00:00:00 GMT", HttpDate.format(Long.MIN_VALUE));
    }

    @Property
    void whatIsWrittenIsReadBack(
            @ForAll @LongRange(min = -62_167_219_200L, max = 253_402_300_799L) long seconds) {
        assertEquals(1000 * seconds, HttpDate.parse(HttpDate.format(1000 * seconds), NOW));
    }

    @Property
    void readingIsTotal(@ForAll String value, @ForAll long now) {
        HttpDate.parse(value, now);
    }

    @Property
    void readingABrokenDateIsTotal(
            @ForAll @LongRange(min = 0, max = 4_000_000_000L) long seconds,
            @ForAll char c,
            @ForAll @LongRange(min = 0, max = 28) long at,
            @ForAll long now) {
        StringBuilder text = new StringBuilder(HttpDate.format(1000 * seconds));
        text.setCharAt((int) at, c);
        HttpDate.parse(text.toString(), now);
    }
}
