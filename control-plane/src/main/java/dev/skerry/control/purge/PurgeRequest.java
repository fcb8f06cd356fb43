package dev.skerry.control.purge;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client wants purged: read from its document, or refused with all that is wrong. */
public sealed interface PurgeRequest {
    /**
     * A request that can be carried out.
     *
     * @param targets 1 to {@link PurgeDocument#MOST_TARGETS}, each once
     * @param dryRun whether nothing is to be purged, only told what would be
     * @param confirm the site that the client confirms; null for none
     * @param pace how many responses a second may be refreshed, of a soft purge; null for any
     */
    record Valid(
            List<PurgeTarget> targets,
            Mode mode,
            boolean dryRun,
            @Nullable String confirm,
            @Nullable Integer pace)
            implements PurgeRequest {
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
