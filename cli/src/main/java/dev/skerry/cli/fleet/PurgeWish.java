package dev.skerry.cli.fleet;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code skerry purge} is to purge, and how: the document of the request. */
final class PurgeWish {
    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "One URL, with all its variants. Repeat it for more, like all below.")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Every response that carries the tag (surrogate key).")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--prefix",
            paramLabel = "HOST/PATH",
            description =
                    "Every URL below the path. It ends at a segment: /shop covers /shop/1, not"
                            + " /shopping.")
    private List<String> prefixes = new ArrayList<>();

    @Option(names = "--host", paramLabel = "HOST", description = "Every URL of the host.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--everything", description = "All that is stored of the site.")
    private boolean everything;

    @Option(
            names = "--soft",
            description =
                    "Make it stale rather than dead: it is revalidated, or served stale while that"
                            + " is allowed.")
    private boolean soft;

    @Option(
            names = "--pace",
            paramLabel = "N",
            description =
                    "With --soft: refresh no more than so many responses a second behind clients"
                            + " that are served stale, what is asked for most first.")
    private @Nullable Integer pace;

    @Option(
            names = "--dry-run",
            description =
                    "Purge nothing; tell what would be hit, and what the origin would be asked"
                            + " for.")
    private boolean dryRun;

    @Option(
            names = "--confirm",
            paramLabel = "SITE",
            description =
                    "The site's name, for a hard purge of everything that would be felt. On a"
                            + " terminal it is asked for.")
    private @Nullable String confirm;

    boolean isDryRun() {
        return dryRun;
    }

    ObjectNode document() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (everything) {
            document.put("everything", true);
        }
        addNames(document, "urls", urls);
        addNames(document, "tags", tags);
        addNames(document, "prefixes", prefixes);
        addNames(document, "hosts", hosts);
        if (document.isEmpty()) {
            throw wrong("purge what? Give --url, --tag, --prefix, --host or --everything");
        }
        if (everything && document.size() > 1) {
            throw wrong("--everything leaves nothing for --url, --tag, --prefix or --host");
        }
        if (soft) {
            document.put("soft", true);
        }
        if (pace != null) {
            if (!soft) {
                throw wrong("--pace goes with --soft alone: what is dead cannot wait");
            }
            document.put("pace", pace);
        }
        if (dryRun) {
            document.put("dryRun", true);
        }
        if (confirm != null) {
            document.put("confirm", confirm);
        }
        return document;
    }

    private ParameterException wrong(String message) {
        if (command == null) {
            throw new IllegalStateException("picocli has not set the command");
        }
        return new ParameterException(command.commandLine(), message);
    }

    private static void addNames(ObjectNode document, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode names = document.putArray(name);
            values.forEach(names::add);
        }
    }
}
