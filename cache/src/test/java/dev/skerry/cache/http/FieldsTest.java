package dev.skerry.cache.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;

class FieldsTest {
    private static final FieldList FIELDS = FieldList.of("A", "1", "B", "2", "a", "3");

    @Test
    void namesCompareWithoutCaseAndLinesKeepTheirOrder() {
        assertEquals("1", FIELDS.first("a"));
        assertEquals(List.of("1", "3"), FIELDS.all("A"));
        assertEquals("1, 3", FIELDS.combined("a"));
        assertEquals(2, FIELDS.count("a"));
        assertEquals(0, FIELDS.count("c"));
        assertNull(FIELDS.combined("c"));
    }

    @Test
    void builderSetsRemovesAndKeepsTheRest() {
        assertEquals(FieldList.of("B", "2", "a", "9"), FIELDS.toBuilder().set("a", "9").build());
        assertEquals(FieldList.of("B", "2"), FIELDS.toBuilder().remove("A").build());
        assertSame(FieldList.EMPTY, FIELDS.toBuilder().removeIf((n, v) -> true).build());
        assertSame(FIELDS, FieldList.copyOf(FIELDS));
        assertThrows(IllegalArgumentException.class, () -> FieldList.of("A"));
    }

    @Test
    void listsAreSplitAtCommasOutsideQuotes() {
        assertEquals(List.of("a", "b"), FieldValues.members(" a ,, b,"));
        assertEquals(List.of("\"a, b\"", "c"), FieldValues.members("\"a, b\", c"));
        assertEquals(List.of("\"a\\\", b\"", "c"), FieldValues.members("\"a\\\", b\", c"));
        assertEquals(List.of(), FieldValues.members(" \t"));
        assertEquals("a\"b", FieldValues.unquote("\"a\\\"b\""));
        assertEquals("\"a", FieldValues.unquote("\"a"));
    }

    @Test
    void digitsAreOnlyDigitsAndStopAtTheMost() {
        assertEquals(Long.MAX_VALUE, FieldValues.digits("9223372036854775807", Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, FieldValues.digits("9223372036854775808", Long.MAX_VALUE));
        assertEquals(10, FieldValues.digits("10", 10));
        assertEquals(10, FieldValues.digits("11", 10));
        assertEquals(-1, FieldValues.digits("", 10));
        assertEquals(-1, FieldValues.digits("999x", 10));
    }

    @Property
    void splittingIsTotal(@ForAll @Chars({'"', '\\', ',', ' ', 'a'}) String value) {
        for (String member : FieldValues.members(value)) {
            FieldValues.unquote(member);
        }
    }
}
