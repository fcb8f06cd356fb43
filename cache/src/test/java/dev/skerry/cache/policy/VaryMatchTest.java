package dev.skerry.cache.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaryMatchTest {
    private static boolean matches(String name, FieldList stored, FieldList request) {
        List<String> names = List.of(name);
        return VaryMatch.matches(names, VaryMatch.selecting(stored, names), request);
    }

    private static boolean matches(String name, String stored, String request) {
        return matches(name, FieldList.of(name, stored), FieldList.of(name, request));
    }

    @Test
    void namesAreSortedLowerCaseAndFromAllLines() {
        assertEquals(
                new VaryMatch.Names(false, List.of("accept", "b", "foo")),
                VaryMatch.names(FieldList.of("Vary", "Foo, b,,FOO", "vary", "Accept", "Vary", "")));
        assertEquals(new VaryMatch.Names(false, List.of()), VaryMatch.names(FieldList.EMPTY));
        assertEquals(
                new VaryMatch.Names(true, List.of("foo")),
                VaryMatch.names(FieldList.of("Vary", "", "Vary", "Foo, *")));
    }

    @Test
    void aFieldThatWasAbsentMustBeAbsent() {
        FieldList absent = FieldList.EMPTY;
        FieldList empty = FieldList.of("foo", "");
        FieldList one = FieldList.of("Foo", "1");
        assertTrue(matches("foo", absent, absent));
        assertTrue(matches("foo", one, one));
        assertFalse(matches("foo", absent, one));
        assertFalse(matches("foo", one, absent));
        assertFalse(matches("foo", absent, empty));
        assertFalse(matches("foo", empty, absent));
        assertTrue(matches("foo", empty, empty));
    }

    @Test
    void everyNameMustMatchAndOthersDoNotCount() {
        List<String> names = List.of("bar", "baz", "foo");
        FieldList stored = FieldList.of("Foo", "1", "Baz", "789", "Other", "2");
        FieldList selecting = VaryMatch.selecting(stored, names);
        assertEquals(FieldList.of("baz", "789", "foo", "1"), selecting);
        assertTrue(
                VaryMatch.matches(
                        names, selecting, FieldList.of("baz", "789", "Other", "3", "foo", "1")));
        assertFalse(
                VaryMatch.matches(
                        names, selecting, FieldList.of("foo", "1", "baz", "789", "bar", "")));
    }

    @Test
    void linesAreCombinedAndWhiteSpaceAroundCommasMeansNothing() {
        FieldList twoLines = FieldList.of("Foo", "1", "Foo", "2");
        assertTrue(matches("foo", FieldList.of("Foo", "1, 2"), twoLines));
        assertTrue(matches("foo", twoLines, FieldList.of("Foo", "1,2")));
        assertTrue(matches("foo", "1,2", "1 , 2"));
        assertFalse(matches("foo", "1, 2", "2, 1"));
        assertFalse(matches("foo", "a", "A"));
        assertFalse(matches("foo", "1 2", "1  2"));
        assertFalse(matches("foo", "\"1,2\"", "\"1, 2\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br, zstd   | gzip, deflate, br, zstd   | true",
                "gzip, deflate, br, zstd   | zstd,BR , gzip,deflate    | true",
                "gzip                      | x-gzip                    | true",
                "gzip                      | X-GZIP;q=1.000            | true",
                "gzip;q=1.0                | gzip                      | true",
                "gzip; q=0.5, br           | br;q=1, GZIP ;Q=0.500     | true",
                "gzip;q=0.5                | gzip;q=0.501              | false",
                "gzip                      | gzip;q=0                  | false",
                "gzip, br                  | gzip                      | false",
                "gzip                      | gzip, br                  | false",
                "gzip, gzip, br            | gzip, br, br              | false",
                "gzip;q=2                  | gzip                      | false",
                "gzip;q=2                  | gzip;Q=2                  | true",
                "gzip;a=1                  | gzip;a=2                  | false",
                "gzipx                     | gzip                      | false",
            })
    void acceptEncodingComparesByMeaning(String stored, String request, boolean expected) {
        assertEquals(expected, matches("accept-encoding", stored, request));
        assertEquals(expected, matches("accept-encoding", request, stored));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en, de        | de, en          | true",
                "en, de        | eN, De          | true",
                "en, de        | en ,   de       | true",
                "en, de;q=0.5  | en;q=0.5, de    | false",
                "en            | en-GB           | false",
            })
    void acceptLanguageComparesByMeaning(String stored, String request, boolean expected) {
        assertEquals(expected, matches("accept-language", stored, request));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fr;q=0.5, de;q=1.0  | de | true",
                "de                  | DE | true",
                "fr;q=0.5, de;q=1.0  | fr | false",
                "fr, de              | de | false",
                "*                   | de | false",
                "de;q=0              | de | false",
                "de;q=x              | de | false",
                "''                  | de | false",
                "de                  |    | false",
            })
    void aResponseInTheOnePreferredLanguageMatches(
            String accept, @Nullable String language, boolean expected) {
        List<String> names = List.of("accept-language", "foo");
        FieldList selecting =
                VaryMatch.selecting(FieldList.of("Accept-Language", "en, de", "Foo", "1"), names);
        FieldList request = FieldList.of("Accept-Language", accept, "Foo", "1");
        assertEquals(expected, VaryMatch.matchesByLanguage(names, selecting, request, language));
        FieldList other = FieldList.of("Accept-Language", accept, "Foo", "2");
        assertFalse(VaryMatch.matchesByLanguage(names, selecting, other, language));
        assertFalse(VaryMatch.matchesByLanguage(List.of("foo"), selecting, request, language));
    }

    @Property
    void normalisationIsIdempotent(@ForAll("odd") String odd, @ForAll String any) {
        for (String value : List.of(odd, any)) {
            String once = PreferenceList.normalise(value);
            assertEquals(once, PreferenceList.normalise(once));
            List<String> names = List.of("foo");
            FieldList list = VaryMatch.selecting(FieldList.of("foo", value), names);
            assertEquals(list, VaryMatch.selecting(list, names));
        }
    }

    @Property(tries = 5000)
    void comparingInPlaceIsComparingNormalForms(
            @ForAll
                    @Chars({'a', 'b', 'A', ',', ';', ' ', 'q', '=', '0', '.', '1', 'x', '-', '"'})
                    @StringLength(max = 12)
                    String one,
            @ForAll @Chars({'a', 'b', ',', ' '}) @StringLength(max = 6) String other) {
        for (String left : List.of(one, other, one + "," + other, other + ",a;q=0.5")) {
            for (String right : List.of(one, other, other + "," + one, "A;q=0.50," + other)) {
                String normalised = PreferenceList.normalise(right);
                assertEquals(
                        PreferenceList.normalise(left).equals(normalised),
                        PreferenceList.isNormalised(left, normalised),
                        () -> left + " against " + normalised);
            }
        }
    }

    @Provide
    Arbitrary<String> odd() {
        return Arbitraries.strings().withChars("aAxzip-gq=;.01, \t\"\\*").ofMaxLength(24);
    }
}
