package dev.skerry.cache.engine;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.Forwarding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The interim responses (RFC 9110 §15.2) that one fetch has had so far. The latest are kept for
 * requests that join before the final head; nothing of them is ever stored. Not thread-safe.
 */
final class InterimHeads {
    /** So many are kept. */
    static final int MAX_KEPT = 8;

    /** So many bytes of fields are kept. */
    static final int MAX_KEPT_BYTES = 16 * 1024;

    private final Deque<ResponseHead> kept = new ArrayDeque<>(0);
    private int keptBytes;
    private int count;

    /** What clients get of one: the end-to-end fields, tags and Surrogate-Control gone. */
    static ResponseHead forClients(Route route, ResponseHead received) {
        FieldList fields = route.editedBeside(Forwarding.response(received.fields(), false));
        return new ResponseHead(received.status(), fields);
    }

    /** Notes one more. */
    void add(ResponseHead head) {
        count++;
        kept.addLast(head);
        keptBytes += size(head);
        while (kept.size() > MAX_KEPT || keptBytes > MAX_KEPT_BYTES) {
            keptBytes -= size(kept.removeFirst());
        }
    }

    /** How many there have been. */
    int count() {
        return count;
    }

    /** Those after the first {@code known}, as far as they are kept, in order. */
    List<ResponseHead> after(int known) {
        List<ResponseHead> all = new ArrayList<>(kept);
        return all.subList(Math.max(0, all.size() - (count - known)), all.size());
    }

    private static int size(ResponseHead head) {
        int bytes = 0;
        for (int i = 0; i < head.fields().size(); i++) {
            bytes += head.fields().name(i).length() + head.fields().value(i).length();
        }
        return bytes;
    }
}
