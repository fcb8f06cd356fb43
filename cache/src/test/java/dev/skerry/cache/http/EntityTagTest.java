package dev.skerry.cache.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    @Test
    void readsStrongAndWeakTags() {
        assertEquals(new EntityTag(false, "abc"), EntityTag.parse("\"abc\""));
        assertEquals(new EntityTag(true, "abc"), EntityTag.parse("W/\"abc\""));
        assertEquals(new EntityTag(false, ""), EntityTag.parse("\"\""));
        assertEquals(new EntityTag(false, "a\\b,cü"), EntityTag.parse("\"a\\b,cü\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "\"abc",
                "abc\"",
                "w/\"abc\"",
                "W\"abc\"",
                "W\\\"abc\"",
                "\"a\"b\"",
                "\"a b\"",
                "W/",
                "W/abc",
                "\"",
                "\"a\", \"b\""
            })
    void anythingElseIsNoTag(String value) {
        assertNull(EntityTag.parse(value));
    }

    @Test
    void anAbsentTagIsNoTag() {
        assertNull(EntityTag.parse(null));
    }

    @Test
    void comparesAsTheTableOfTheRfcSays() {
        EntityTag weak1 = new EntityTag(true, "1");
        EntityTag weak2 = new EntityTag(true, "2");
        EntityTag strong1 = new EntityTag(false, "1");
        assertFalse(weak1.strongEquals(weak1));
        assertTrue(weak1.weakEquals(new EntityTag(true, "1")));
        assertFalse(weak1.weakEquals(weak2));
        assertFalse(weak1.strongEquals(strong1));
        assertTrue(weak1.weakEquals(strong1));
        assertTrue(strong1.strongEquals(new EntityTag(false, "1")));
        assertTrue(strong1.weakEquals(weak1));
    }

    @Test
    void readsListsAndLeavesOutWhatIsNoTag() {
        EntityTag a = new EntityTag(false, "a");
        EntityTag b = new EntityTag(true, "b,b");
        assertEquals(List.of(a, b), EntityTag.parseList("\"a\", W/\"b,b\""));
        assertEquals(List.of(a, b), EntityTag.parseList(" ,\"a\",,W/\"b,b\" ,"));
        assertEquals(List.of(a), EntityTag.parseList("x, \"a\""));
        assertEquals(List.of(a), EntityTag.parseList("\"x\"y, \"a\""));
        assertEquals(List.of(a), EntityTag.parseList("\"a\", \"b"));
        assertEquals(List.of(), EntityTag.parseList("*"));
    }

    @Property
    void readingIsTotal(@ForAll @Chars({'"', 'W', '/', ',', ' ', 'a', '\\'}) String value) {
        EntityTag.parse(value);
        for (EntityTag tag : EntityTag.parseList(value)) {
            assertEquals(tag, EntityTag.parse(tag.toString()));
        }
    }
}
