package dev.skerry.cache.key;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TagsTest {
    @Test
    void everyFieldHasItsOwnSeparators() {
        assertEquals(
                List.of("a b", "c,d"), Tags.of(FieldList.of("cache-groups", "\"a b\", \"c,d\"")));
        assertEquals(List.of("a", "b,c"), Tags.of(FieldList.of("Surrogate-Key", " a\tb,c  ")));
        assertEquals(List.of("a b", "c"), Tags.of(FieldList.of("Cache-Tag", "a b, c,")));
        assertEquals(List.of("a b", "c"), Tags.of(FieldList.of("Edge-Cache-Tag", "a b,c")));
        assertEquals(List.of("a", "b", "c"), Tags.of(FieldList.of("XKEY", "a b", "xkey", "c,a")));
    }

    @Test
    void allFieldsCountAndNoTagTwice() {
        FieldList fields =
                FieldList.of(
                        "Surrogate-Key",
                        "a b",
                        "Cache-Tag",
                        "b,c",
                        "Surrogate-Key",
                        "d",
                        "Cache-Groups",
                        "\"a\"");
        assertEquals(List.of("a", "b", "c", "d"), Tags.of(fields));
    }

    @Test
    void aResponseWithoutTagFieldsHasNone() {
        assertSame(
                List.of(), Tags.of(FieldList.of("Cache-Control", "x", "Surrogate-Control", "y")));
    }

    @Test
    void twoHundredFiftySixTagsAreTheMost() {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            keys.append('t').append(i).append(' ');
        }
        List<String> most = Tags.of(FieldList.of("Surrogate-Key", keys.toString()));
        assertEquals(256, most.size());
        assertEquals(most, Tags.of(FieldList.of("Surrogate-Key", keys + " further")));
    }

    @Test
    void aTagHasAtMost1024Bytes() {
        String longest = "x".repeat(1024);
        assertEquals(List.of(longest), Tags.of(FieldList.of("Cache-Tag", longest)));
        assertEquals(List.of("y"), Tags.of(FieldList.of("Cache-Tag", longest + "x,y")));
    }

    @Test
    void allButCacheGroupsAreRemovedBeforeTheClient() {
        for (String name : List.of("Surrogate-Key", "cache-tag", "Edge-Cache-Tag", "xkey")) {
            assertTrue(Tags.isTagField(name));
        }
        assertFalse(Tags.isTagField("Cache-Groups"));
    }

    @Property
    void readingIsTotalAndBounded(@ForAll String value) {
        for (String name : List.of("Surrogate-Key", "Cache-Tag", "xkey", "Cache-Groups")) {
            List<String> tags = Tags.of(FieldList.of(name, value));
            assertTrue(tags.size() <= 256);
        }
    }
}
