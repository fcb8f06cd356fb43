package dev.skerry.control.sites;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skerry.config.HostPattern;
import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.config.text.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is wrong with a site's document.
 *
 * @param problems errors and warnings, by line
 * @param conflicts hosts that belong to other sites
 */
record SiteCheck(List<Problem> problems, List<Problem> conflicts) {
    private static final String FILE = "document";

    SiteCheck {
        problems = List.copyOf(problems);
        conflicts = List.copyOf(conflicts);
    }

    /** Checks a document that is to become a site of that name. */
    static SiteCheck of(String name, byte[] document, SiteBook book) {
        Loaded loaded = ConfigLoader.parse(FILE, document);
        List<Problem> problems = new ArrayList<>(loaded.problems());
        List<Problem> conflicts = new ArrayList<>();
        if (loaded.isValid() && loaded.sites().size() != 1) {
            problems.add(
                    Problem.error(
                            FILE,
                            0,
                            "",
                            "holds "
                                    + loaded.sites().size()
                                    + " sites: send one document in a request"));
        }
        for (Site site : loaded.sites()) {
            if (!site.name().equals(name)) {
                problems.add(
                        Problem.error(
                                FILE,
                                0,
                                "site",
                                "is '" + site.name() + "', but the path says '" + name + "'"));
            }
            for (HostPattern host : site.hosts()) {
                String owner = book.otherOwner(host, name);
                if (owner != null) {
                    conflicts.add(
                            Problem.error(
                                    FILE,
                                    0,
                                    "hosts",
                                    "'" + host + "' belongs to site '" + owner + "' already"));
                }
            }
        }
        return new SiteCheck(problems, conflicts);
    }

    /** Whether the document by itself could be applied. */
    boolean isValid() {
        return problems.stream().noneMatch(Problem::isError);
    }

    /** All of it, as documents have it. */
    List<ObjectNode> shown() {
        List<ObjectNode> shown = new ArrayList<>();
        problems.forEach(problem -> shown.add(shown(problem)));
        conflicts.forEach(problem -> shown.add(shown(problem)));
        return shown;
    }

    private static ObjectNode shown(Problem problem) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("line", problem.line())
                .put("path", problem.path())
                .put("message", problem.message())
                .put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    }
}
