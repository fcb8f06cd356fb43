package dev.skerry.cache.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.skerry.cache.http.StructuredFields.BooleanValue;
import dev.skerry.cache.http.StructuredFields.DecimalValue;
import dev.skerry.cache.http.StructuredFields.InnerList;
import dev.skerry.cache.http.StructuredFields.IntegerValue;
import dev.skerry.cache.http.StructuredFields.OtherValue;
import dev.skerry.cache.http.StructuredFields.StringValue;
import dev.skerry.cache.http.StructuredFields.TokenValue;
import dev.skerry.cache.http.StructuredFields.Value;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredFieldsTest {
    private static @Nullable Map<String, Value> dictionary(String value) {
        return StructuredFields.dictionary(FieldList.of("F", value), "f");
    }

    private static @Nullable List<Value> list(String value) {
        return StructuredFields.list(FieldList.of("F", value), "f");
    }

    @Test
    void readsDictionaries() {
        assertEquals(
                Map.of(
                        "max-age", new IntegerValue(10),
                        "a", new BooleanValue(true),
                        "b", new BooleanValue(false),
                        "c", new StringValue("x\"y\\z"),
                        "*d", new TokenValue("t/1:2"),
                        "e", new DecimalValue("-1.250"),
                        "f", new OtherValue(":aGk=:"),
                        "g", new OtherValue("@1659578233"),
                        "h", new OtherValue("%\"f%c3%bc\""),
                        "i", new InnerList(List.of(new IntegerValue(1), new TokenValue("x")))),
                dictionary(
                        "max-age=10;p;q=\"1\", a;x=?0,\tb=?0 , c=\"x\\\"y\\\\z\", *d=t/1:2, e=-1.250,"
                                + " f=:aGk=:, g=@1659578233, h=%\"f%c3%bc\", i=( 1;a  x );b"));
        assertEquals(Map.of(), dictionary(""));
        assertEquals(Map.of("a", new IntegerValue(2)), dictionary("a=1, a=2"));
    }

    @Test
    void joinsLines() {
        assertEquals(
                Map.of("a", new BooleanValue(true), "b", new BooleanValue(true)),
                StructuredFields.dictionary(FieldList.of("f", "a", "f", "b"), "f"));
        assertNull(StructuredFields.dictionary(FieldList.EMPTY, "f"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=10, &&&&&",
                "MaX-aGe=3600",
                "a =1",
                "a= 1",
                "a=",
                "a,",
                ",a",
                "a b",
                "a=1.",
                "a=1.2345",
                "a=1234567890123456",
                "a=1234567890123.1",
                "a=-",
                "a=\"x",
                "a=\"\\x\"",
                "a=\"ü\"",
                "a=?2",
                "a=?",
                "a=:!:",
                "a=:aa",
                "a=@1.5",
                "a=%\"%C3\"",
                "a=%\"%c\"",
                "a=%x",
                "a=(1",
                "a=(1,2)",
                "a=(1)x",
                "a;=1",
                "a;b=",
                "1=2",
                "a==1",
                "é",
                "a=\"x\" \"y\"",
                "a=(\"x\"1)"
            })
    void anyErrorMakesTheWholeFieldInvalid(String value) {
        assertNull(dictionary(value));
    }

    @Test
    void fifteenDigitsAreTheMost() {
        assertEquals(
                Map.of("a", new IntegerValue(999999999999999L)), dictionary("a=999999999999999"));
        assertNull(dictionary("a=9999999999999999"));
    }

    @Test
    void readsListsOfStrings() {
        Fields fields =
                FieldList.of("Cache-Groups", "\"a, b\", \"c\";x", "cache-groups", "t, \"d\"");
        assertEquals(List.of("a, b", "c", "d"), StructuredFields.strings(fields, "Cache-Groups"));
        assertEquals(List.of(), StructuredFields.strings(FieldList.of("f", "\"a\", b c"), "f"));
        assertNotNull(list("1, \"a\", (b c)"));
    }

    @Property
    void readingIsTotal(
            @ForAll
                    @Chars({
                        '"', '=', ',', ' ', ';', '(', ')', 'a', '1', '-', '?', ':', '@', '%', '\\'
                    })
                    String some,
            @ForAll String any) {
        for (String value : List.of(some, any, "a=" + some, "a=(" + some + ")")) {
            dictionary(value);
            list(value);
        }
    }
}
