package dev.skerry.proxy.feed;

import dev.skerry.config.protocol.ChainHash;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.StreamEvent.Changes;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import org.jspecify.annotations.Nullable;

/** Whether changes continue what a node has: same history, no gap, and the hash that proves it. */
final class ChainCheck {
    private ChainCheck() {}

    /**
     * Checks a batch.
     *
     * @param before what the node has, null for nothing
     * @throws MalformedMessage when the batch does not continue it
     */
    static void continues(@Nullable Position before, Changes batch) throws MalformedMessage {
        if (before == null) {
            throw new MalformedMessage("changes came before a snapshot");
        }
        if (!before.history().equals(batch.after().history())) {
            throw new MalformedMessage("changes of another history, " + batch.after().revision());
        }
        if (batch.changes().isEmpty()) {
            throw new MalformedMessage("changes without any");
        }
        long counter = before.counter();
        String hash = before.hash();
        for (SentChange sent : batch.changes()) {
            if (sent.change().counter() != counter + 1) {
                throw new MalformedMessage(
                        "change " + sent.change().counter() + " came after " + counter);
            }
            counter++;
            hash = ChainHash.after(hash, sent.change());
        }
        if (batch.after().counter() != counter || !batch.after().hash().equals(hash)) {
            throw new MalformedMessage(
                    "the changes up to " + batch.after().revision() + " are not those of its hash");
        }
    }
}
