package dev.skerry.control.stream;

import dev.skerry.config.protocol.Position;
import dev.skerry.control.store.ControlStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the position that a node comes with (PURGE.md rule 17). A node of this history that is
 * ahead of the store, or has another past, is the witness that the store has lost changes: then a
 * new history begins, because nobody can say any more what was purged.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final ControlStore store;
    private final Object beginning = new Object();

    Admission(ControlStore store) {
        this.store = store;
    }

    /**
     * Where a node stands.
     *
     * @param head read after its hello
     * @param from its position when changes continue it, null when it needs a snapshot
     */
    record Start(Position head, @Nullable Position from) {}

    /** Judges a position; call it after the node is registered (PURGE.md rule 13). */
    Start judge(String node, @Nullable Position from) throws IOException {
        Position head = store.head();
        if (from == null || !from.history().equals(head.history())) {
            return new Start(head, null);
        }
        String doubt;
        if (from.counter() > head.counter()) {
            doubt = "has applied " + from.revision() + ", which is above " + head.revision();
        } else {
            String hash = store.hashAt(from.counter());
            if (hash == null) {
                return new Start(head, null);
            }
            if (hash.equals(from.hash())) {
                return new Start(head, from);
            }
            doubt = "has another past at " + from.revision();
        }
        return new Start(beginAnew("node '" + node + "' " + doubt, from.history()), null);
    }

    private Position beginAnew(String reason, String history) throws IOException {
        synchronized (beginning) {
            Position head = store.head();
            if (!head.history().equals(history)) {
                // Another node said so before, or it began between two reads.
                return head;
            }
            LOG.error("this store has lost changes, a new history begins: {}", reason);
            return store.newHistory("lost changes: " + reason);
        }
    }
}
