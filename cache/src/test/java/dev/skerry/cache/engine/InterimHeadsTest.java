package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InterimHeadsTest {
    private final InterimHeads heads = new InterimHeads();

    @Test
    void asManyAsMayAreKept() {
        List<ResponseHead> sent = add(InterimHeads.MAX_KEPT);

        assertEquals(sent, heads.after(0));
    }

    @Test
    void oneMoreDropsTheFirst() {
        List<ResponseHead> sent = add(InterimHeads.MAX_KEPT + 1);

        assertEquals(sent.subList(1, sent.size()), heads.after(0));
        assertEquals(InterimHeads.MAX_KEPT + 1, heads.count());
    }

    @Test
    void whoHeardSomeGetsTheRest() {
        List<ResponseHead> sent = add(5);

        assertEquals(sent.subList(3, 5), heads.after(3));
        assertEquals(List.of(), heads.after(5));
    }

    @Test
    void asManyBytesAsMayAreKept() {
        ResponseHead half = ofBytes(InterimHeads.MAX_KEPT_BYTES / 2);
        heads.add(half);
        heads.add(half);

        assertEquals(List.of(half, half), heads.after(0));
    }

    @Test
    void oneByteMoreDropsTheFirst() {
        ResponseHead half = ofBytes(InterimHeads.MAX_KEPT_BYTES / 2);
        ResponseHead more = ofBytes(InterimHeads.MAX_KEPT_BYTES / 2 + 1);
        heads.add(half);
        heads.add(more);

        assertEquals(List.of(more), heads.after(0));
    }

    @Test
    void oneThatIsLargerThanAllThatMayBeKeptIsNotKept() {
        heads.add(ofBytes(InterimHeads.MAX_KEPT_BYTES + 1));

        assertEquals(List.of(), heads.after(0));
        assertEquals(1, heads.count());
    }

    private List<ResponseHead> add(int count) {
        List<ResponseHead> sent =
                IntStream.range(0, count)
                        .mapToObj(i -> new ResponseHead(103, FieldList.of("Link", "</" + i + ">")))
                        .toList();
        sent.forEach(heads::add);
        return sent;
    }

    private static ResponseHead ofBytes(int count) {
        return new ResponseHead(103, FieldList.of("Link", "x".repeat(count - "Link".length())));
    }
}
