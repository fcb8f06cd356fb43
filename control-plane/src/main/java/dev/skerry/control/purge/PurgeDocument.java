package dev.skerry.control.purge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the JSON document of a purge, strictly, and reports all that is wrong with it. */
public final class PurgeDocument {
    /** Targets of one request, all lists together. */
    public static final int MOST_TARGETS = 10_000;

    /** Bytes of a document; whoever receives it stops there. */
    public static final int MOST_BYTES = 4 << 20;

    /** The fastest pace. */
    public static final int MOST_PACE = 1_000_000;

    private static final int MOST_PROBLEMS = 100;
    private static final Map<String, Scope> LISTS =
            Map.of(
                    "urls", Scope.URL,
                    "tags", Scope.TAG,
                    "prefixes", Scope.PREFIX,
                    "hosts", Scope.HOST);

    private final ObjectMapper mapper =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(8)
                                                    .maxStringLength(64 * 1024)
                                                    .maxNumberLength(100)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /** Reads a document of at most {@link #MOST_BYTES}. */
    public PurgeRequest read(byte[] json) {
        try {
            JsonNode document = mapper.readTree(json);
            return document.isObject()
                    ? new Reading().read(document)
                    : invalid("expected an object such as {\"urls\":[\"https://host/path\"]}");
        } catch (JsonProcessingException e) {
            return invalid("no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return invalid("no JSON: " + e.getMessage());
        }
    }

    private static PurgeRequest invalid(String detail) {
        return new PurgeRequest.Invalid(List.of(new PurgeProblem("", detail)));
    }

    /** What has been understood of one document. */
    private static final class Reading {
        private final Set<PurgeTarget> targets = new LinkedHashSet<>();
        private final List<PurgeProblem> problems = new ArrayList<>();
        private Mode mode = Mode.HARD;
        private boolean dryRun;
        private @Nullable String confirm;
        private @Nullable Integer pace;
        private boolean everything;
        private int entries;
        private int unreported;

        PurgeRequest read(JsonNode document) {
            for (Map.Entry<String, JsonNode> field : document.properties()) {
                field(field.getKey(), field.getValue());
            }
            if (everything && entries > 0) {
                problem("/everything", "leaves nothing for urls, tags, prefixes or hosts to name");
            }
            if (entries > MOST_TARGETS) {
                problem("", entries + " entries; at most " + MOST_TARGETS + " go in one request");
            }
            if (pace != null && mode == Mode.HARD) {
                problem("/pace", "goes with \"soft\":true alone: what is dead cannot wait");
            }
            if (targets.isEmpty() && problems.isEmpty()) {
                problem("", "names nothing: give urls, tags, prefixes, hosts, or everything");
            }
            if (unreported > 0) {
                problems.add(new PurgeProblem("", "and " + unreported + " more problems"));
            }
            return problems.isEmpty()
                    ? new PurgeRequest.Valid(List.copyOf(targets), mode, dryRun, confirm, pace)
                    : new PurgeRequest.Invalid(problems);
        }

        private void field(String name, JsonNode value) {
            Scope scope = LISTS.get(name);
            if (scope != null) {
                list(name, scope, value);
                return;
            }
            switch (name) {
                case "soft" -> {
                    if (value.isBoolean()) {
                        mode = value.booleanValue() ? Mode.SOFT : Mode.HARD;
                    } else {
                        problem("/soft", "is true or false");
                    }
                }
                case "everything" -> {
                    if (value.isBoolean() && value.booleanValue()) {
                        everything = true;
                        targets.add(new PurgeTarget(Scope.EVERYTHING, ""));
                    } else {
                        problem("/everything", "is true, or left out");
                    }
                }
                case "dryRun" -> {
                    if (value.isBoolean()) {
                        dryRun = value.booleanValue();
                    } else {
                        problem("/dryRun", "is true or false");
                    }
                }
                case "confirm" -> {
                    confirm = value.textValue();
                    if (confirm == null) {
                        problem("/confirm", "is the name of the site");
                    }
                }
                case "pace" -> pace(value);
                default ->
                        problem(
                                "/" + name.replace("~", "~0").replace("/", "~1"),
                                "unknown field; known are urls, tags, prefixes, hosts, everything,"
                                        + " soft, pace, dryRun, confirm");
            }
        }

        private void pace(JsonNode value) {
            int wanted = value.isIntegralNumber() && value.canConvertToInt() ? value.intValue() : 0;
            if (wanted < 1 || wanted > MOST_PACE) {
                problem(
                        "/pace",
                        "is how many responses a second may be refreshed, 1 to " + MOST_PACE);
            } else {
                pace = wanted;
            }
        }

        private void list(String name, Scope scope, JsonNode list) {
            if (!list.isArray() || list.isEmpty()) {
                problem("/" + name, "is a list with at least one string");
                return;
            }
            entries += list.size();
            if (entries > MOST_TARGETS) {
                return;
            }
            for (int i = 0; i < list.size(); i++) {
                String pointer = "/" + name + "/" + i;
                JsonNode entry = list.get(i);
                if (entry.isTextual()) {
                    target(pointer, scope, entry.textValue());
                } else {
                    problem(pointer, "is a string");
                }
            }
        }

        private void target(String pointer, Scope scope, String text) {
            try {
                targets.add(TargetSyntax.parse(scope, text));
            } catch (TargetSyntax.Wrong wrong) {
                problem(pointer, wrong.detail());
            }
        }

        private void problem(String pointer, String detail) {
            if (problems.size() < MOST_PROBLEMS) {
                problems.add(new PurgeProblem(pointer, detail));
            } else {
                unreported++;
            }
        }
    }
}
