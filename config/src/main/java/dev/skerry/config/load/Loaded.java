package dev.skerry.config.load;

import dev.skerry.config.Site;
import dev.skerry.config.text.Problem;
import java.util.List;

/**
 * What came of reading site documents.
 *
 * @param sites those without errors, in their order: a bad site never stops the others
 * @param problems errors and warnings, by line
 */
public record Loaded(List<Site> sites, List<Problem> problems) {
    /** Copies the lists. */
    public Loaded {
        sites = List.copyOf(sites);
        problems = List.copyOf(problems);
    }

    /** Whether there are only warnings, if anything. */
    public boolean isValid() {
        return problems.stream().noneMatch(Problem::isError);
    }
}
