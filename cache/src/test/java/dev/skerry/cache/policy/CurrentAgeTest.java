package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.HttpDate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurrentAgeTest {
    private static final String DATE = HttpDate.format(NOW);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "0              | 0",
                "7200           | 7200",
                "7200, 0        | 7200",
                "0, 7200        | 0",
                "2147483647     | 2147483647",
                "2147483648     | 2147483648",
                "2147483649     | 2147483648",
                "9999999999999999999999 | 2147483648",
                "abc            | 0",
                "-7200          | 0",
                "7200.0         | 0",
                "7200;foo=bar   | 0",
                "''             | 0",
            })
    void theFirstMemberOfAgeCountsUnlessItIsInvalid(String age, long seconds) {
        FieldList fields = FieldList.of("Date", DATE, "Age", age);
        assertEquals(1000 * seconds, CurrentAge.initialMillis(fields, 0, 0, NOW));
    }

    @Test
    void ofTwoAgeLinesTheFirstCounts() {
        FieldList fields = FieldList.of("Age", "7", "Age", "9");
        assertEquals(7000, CurrentAge.initialMillis(fields, 0, 0, NOW));
    }

    @Test
    void theLargerOfApparentAndCorrectedAgeCounts() {
        FieldList slow = FieldList.of("Date", HttpDate.format(NOW - 10_000), "Age", "3");
        assertEquals(10_000, CurrentAge.initialMillis(slow, 100, 600, NOW));
        FieldList fast = FieldList.of("Date", HttpDate.format(NOW + 10_000), "Age", "3");
        assertEquals(3_500, CurrentAge.initialMillis(fast, 100, 600, NOW));
        assertEquals(500, CurrentAge.initialMillis(FieldList.EMPTY, 100, 600, NOW));
        assertEquals(500, CurrentAge.initialMillis(FieldList.of("Date", "foo"), 100, 600, NOW));
    }

    @Test
    void anAgeGrowsWithTheTimeInStore() {
        assertEquals(3_000, CurrentAge.nowMillis(1_000, 5_000, 7_000));
        assertEquals(1_000, CurrentAge.nowMillis(1_000, 5_000, 4_000));
        assertEquals(2, CurrentAge.seconds(2_999));
        assertEquals(2_147_483_648L, CurrentAge.seconds(Long.MAX_VALUE));
    }

    @Property
    void agesAreNeverNegativeAndNeverOverflow(
            @ForAll long sent,
            @ForAll long received,
            @ForAll long now,
            @ForAll long wall,
            @ForAll long date,
            @ForAll String age) {
        FieldList fields = FieldList.of("Date", HttpDate.format(date), "Age", age);
        long initial = CurrentAge.initialMillis(fields, sent, received, wall);
        assertTrue(initial >= 0);
        long current = CurrentAge.nowMillis(initial, received, now);
        assertTrue(current >= initial);
        assertTrue(CurrentAge.seconds(current) >= 0);
    }
}
