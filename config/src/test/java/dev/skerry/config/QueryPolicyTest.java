package dev.skerry.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.skerry.config.text.TextGlob;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryPolicyTest {
    private static final QueryPolicy SORTED =
            new QueryPolicy(QueryPolicy.Mode.ALL, List.of(), true);
    private static final QueryPolicy NONE =
            new QueryPolicy(QueryPolicy.Mode.IGNORE, List.of(), false);
    private static final QueryPolicy ONLY =
            new QueryPolicy(
                    QueryPolicy.Mode.ONLY, List.of(TextGlob.of("a"), TextGlob.of("x_*")), true);
    private static final QueryPolicy EXCEPT =
            new QueryPolicy(QueryPolicy.Mode.EXCEPT, List.of(TextGlob.of("utm_*")), false);

    @Test
    void aTargetThatNeedsNoChangeStaysTheSameInstance() {
        String target = "/p?b=2&a=1";
        assertSame(target, QueryPolicy.ALL.apply(target));
        assertSame(target, EXCEPT.apply(target));
        String plain = "/p";
        assertSame(plain, SORTED.apply(plain));
        assertSame(plain, ONLY.apply(plain));
        String ordered = "/p?a=1&b=2";
        assertSame(ordered, SORTED.apply(ordered));
    }

    @Test
    void sortingOrdersNamesAndKeepsTheOrderOfOneNamesValues() {
        assertEquals("/p?a=2&a=1&b", SORTED.apply("/p?b&a=2&a=1"));
    }

    @Test
    void ignoringDropsTheWholeQuery() {
        assertEquals("/p", NONE.apply("/p?a=1"));
        assertEquals("/p", NONE.apply("/p?"));
    }

    @Test
    void onlyTheNamedStay() {
        assertEquals("/p?a=1&x_1=3", ONLY.apply("/p?x_1=3&b=2&a=1"));
        assertEquals("/p", ONLY.apply("/p?b=2"));
        assertEquals("/p?a", ONLY.apply("/p?a&ab=1"));
    }

    @Test
    void theNamedGoAndTheOthersKeepTheirPlace() {
        assertEquals("/p?b=2&a=1", EXCEPT.apply("/p?utm_x=1&b=2&utm_source=z&a=1"));
        assertEquals("/p", EXCEPT.apply("/p?utm_x=1"));
    }
}
