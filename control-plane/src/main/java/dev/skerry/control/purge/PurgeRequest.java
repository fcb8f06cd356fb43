package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;

/** What a client wants purged: read from its document, or refused with all that is wrong. */
public sealed interface PurgeRequest {
    /**
     * A request that can be carried out.
     *
     * @param targets 1 to {@link PurgeDocument#MOST_TARGETS}, each once
     */
    record Valid(List<PurgeTarget> targets, Mode mode) implements PurgeRequest {
        /** Copies the targets. */
        public Valid {
            targets = List.copyOf(targets);
        }
    }

    /** A request that is wrong. */
    record Invalid(List<PurgeProblem> problems) implements PurgeRequest {
        /** Copies the problems. */
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
