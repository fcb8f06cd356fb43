package dev.skerry.config.routing;

import dev.skerry.config.text.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a routing file.
 *
 * @param routing null when there were errors
 * @param problems errors and warnings, by line
 */
public record LoadedRouting(@Nullable Routing routing, List<Problem> problems) {
    /** Copies the list. */
    public LoadedRouting {
        problems = List.copyOf(problems);
    }
}
