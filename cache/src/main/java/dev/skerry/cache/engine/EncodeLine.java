package dev.skerry.cache.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait for the first bytes of an encoding. The monitor guards it; it calls nobody while
 * it holds that.
 */
final class EncodeLine {
    private static final Logger log = LoggerFactory.getLogger(EncodeLine.class);

    private @Nullable List<Waiter> line = new ArrayList<>(1);
    private boolean announced;

    /**
     * Who wants the coded response.
     *
     * @param answer to be given as it is when the coded one cannot be had
     */
    record Waiter(Answer.Uncoded answer, CodedResponses.Receiver receiver) {
        void take(Answer given) {
            try {
                receiver.take(given);
            } catch (RuntimeException fault) {
                log.warn("a coded answer could not be delivered", fault);
            }
        }
    }

    /** Takes a place; false when nobody waits any more. */
    synchronized boolean join(Waiter waiter) {
        return line != null && line.add(waiter);
    }

    /** Whether who comes late may still follow the encoding. */
    synchronized boolean mayFollow() {
        return announced;
    }

    /** Ends the waiting: everybody who waited, to be sent away with what they have. */
    synchronized List<Waiter> leave() {
        List<Waiter> waiting = line == null ? List.of() : line;
        line = null;
        return waiting;
    }

    /**
     * Ends the waiting: everybody who waited, to follow the encoding, as those may who come later.
     */
    synchronized List<Waiter> leaveToFollow() {
        announced = true;
        return leave();
    }
}
