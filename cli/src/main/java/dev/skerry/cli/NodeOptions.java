package dev.skerry.cli;

import dev.skerry.config.node.NodeKeys;
import dev.skerry.config.node.NodeSettingsSource;
import dev.skerry.config.node.Role;
import dev.skerry.config.schema.Key;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * A node's options on the command line: those that its settings have, under headings. Here they are
 * text; what a value means, and which go together, is judged where variables and settings file come
 * in too.
 */
final class NodeOptions {
    /** Headings in the order of the help; an option that none names is under the last. */
    private static final Map<String, List<String>> HEADINGS = headings();

    private static final Map<String, String> LABELS =
            Map.ofEntries(
                    Map.entry("listen", "HOST:PORT"),
                    Map.entry("tls-listen", "HOST:PORT"),
                    Map.entry("admin", "HOST:PORT"),
                    Map.entry("tls-cert", "PEM"),
                    Map.entry("tls-key", "PEM"),
                    Map.entry("ca", "PEM"),
                    Map.entry("origin", "URL"),
                    Map.entry("shield", "URL"),
                    Map.entry("control", "URL"),
                    Map.entry("token", "FILE"),
                    Map.entry("public-url", "TEMPLATE"),
                    Map.entry("control-wait", "DURATION"),
                    Map.entry("purge-from", "NETWORK"),
                    Map.entry("purge-token", "FILE"),
                    Map.entry("config", "FILE"),
                    Map.entry("settings", "FILE"),
                    Map.entry("fleet-key", "FILE"),
                    Map.entry("admin-token-file", "FILE"),
                    Map.entry("debug-token-file", "FILE"),
                    Map.entry("disk", "DIR[:SIZE]"),
                    Map.entry("disk-scrub", "off|SIZE"),
                    Map.entry("state", "DIR"),
                    Map.entry("memory", "SIZE"),
                    Map.entry("max-request-line", "SIZE"),
                    Map.entry("max-header-bytes", "SIZE"),
                    Map.entry("max-body", "SIZE"),
                    Map.entry("max-header-count", "N"),
                    Map.entry("max-connections", "N"),
                    Map.entry("io-threads", "N"),
                    Map.entry("default-ttl", "DURATION"),
                    Map.entry("drain-timeout", "DURATION"),
                    Map.entry("idle-timeout", "DURATION"),
                    Map.entry("request-timeout", "DURATION"),
                    Map.entry("stall-timeout", "DURATION"),
                    Map.entry("access-log", "off|stdout|FILE"),
                    Map.entry("name", "NAME"),
                    Map.entry("pop", "NAME"));

    private NodeOptions() {}

    /** Adds the options of a role to its command. */
    static void addTo(CommandSpec command, Role role) {
        Map<String, ArgGroupSpec.Builder> groups = new LinkedHashMap<>();
        for (String heading : HEADINGS.keySet()) {
            groups.put(
                    heading,
                    ArgGroupSpec.builder()
                            .heading("%n" + heading + ":%n")
                            .order(groups.size())
                            .validate(false));
        }
        List<ArgGroupSpec.Builder> inOrder = List.copyOf(groups.values());
        for (Key<?> key : NodeSettingsSource.of(role).options()) {
            groups.getOrDefault(headingOf(key.name()), inOrder.getLast()).addArg(option(key));
        }
        inOrder.getLast()
                .addArg(
                        OptionSpec.builder("--" + NodeSettingsSource.SETTINGS)
                                .paramLabel("FILE")
                                .type(String.class)
                                .description(
                                        "Any of these options as YAML: `memory: 2g`. A flag goes"
                                                + " before a SKERRY_* variable (SKERRY_MEMORY), a"
                                                + " variable before this file.")
                                .build());
        inOrder.forEach(group -> command.addArgGroup(group.build()));
    }

    /** What was given: option names without dashes, each with its values in order. */
    static Map<String, List<String>> given(ParseResult parsed) {
        // An option that is repeated comes as often, each time with all of its values.
        Map<String, List<String>> given = new HashMap<>();
        for (OptionSpec option : parsed.matchedOptions()) {
            if (option.group() != null) {
                given.put(option.longestName().substring(2), option.stringValues());
            }
        }
        return given;
    }

    private static OptionSpec option(Key<?> key) {
        String shown = key.shownDefault();
        boolean repeatable = NodeKeys.isRepeatable(key);
        String fallback = shown == null || repeatable ? "" : " Default: " + shown;
        return OptionSpec.builder(NodeKeys.flag(key))
                .paramLabel(LABELS.getOrDefault(key.name(), "VALUE"))
                .type(repeatable ? List.class : String.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description((key.doc() + fallback).replace("%", "%%"))
                .build();
    }

    private static String headingOf(String name) {
        return HEADINGS.entrySet().stream()
                .filter(heading -> heading.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    private static Map<String, List<String>> headings() {
        Map<String, List<String>> headings = new LinkedHashMap<>();
        headings.put("Clients", List.of("listen", "tls-listen", "tls-cert", "tls-key"));
        headings.put("Upstream", List.of("origin", "shield", "config", "ca"));
        headings.put(
                "Control plane",
                List.of(
                        "control",
                        "token",
                        "public-url",
                        "control-wait",
                        "purge-from",
                        "purge-token"));
        headings.put("Cache", List.of("memory", "disk", "disk-scrub", "default-ttl", "state"));
        headings.put(
                "Node",
                List.of(
                        "admin",
                        "admin-token-file",
                        "debug-token-file",
                        "name",
                        "pop",
                        "fleet-key",
                        "access-log"));
        headings.put("Limits, and the rest", List.of());
        return headings;
    }
}
