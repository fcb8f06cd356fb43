package dev.skerry.config.node;

import dev.skerry.config.Origin;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.Problems;
import dev.skerry.config.schema.Values;
import dev.skerry.config.schema.YamlDocuments;
import dev.skerry.config.schema.YamlNode;
import dev.skerry.config.text.NearestWord;
import dev.skerry.config.text.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers a node's settings: flag over {@code SKERRY_*} variable over settings file over default,
 * option by option. A list (origins, shields) is taken whole from the first place that has it.
 *
 * <p>The command line hands over the flags that were really given, by their name without dashes,
 * each with its values in order:
 *
 * <pre>{@code
 * Map<String, List<String>> flags = new HashMap<>();
 * for (ArgSpec arg : parsed.matchedArgs()) {             // picocli
 *     if (arg instanceof OptionSpec option) {
 *         flags.put(option.longestName().substring(2), option.stringValues());
 *     }
 * }
 * switch (NodeSettingsSource.of(Role.EDGE).read(flags, System.getenv())) {
 *     case Ready(var settings, var warnings) -> ...
 *     case Wrong(var problems) -> print each, exit code 2
 * }
 * }</pre>
 *
 * <p>The settings file is named by {@code --settings} ({@code settings} among the flags) or {@code
 * SKERRY_SETTINGS}: one YAML map whose keys are the options' names. Variables separate the values
 * of a list by commas or white space; an empty variable counts as not set. Declare the flags from
 * {@link #options}, so that help, flags and file never drift apart.
 */
public final class NodeSettingsSource {
    /** The flag that names the settings file. */
    public static final String SETTINGS = "settings";

    private final Role role;
    private final NodeKeys keys;

    private final List<Problem> problems = new ArrayList<>();
    private final Map<Key<?>, String> places = new HashMap<>();

    private NodeSettingsSource(Role role, Machine machine) {
        this.role = role;
        this.keys = new NodeKeys(role, machine);
    }

    /** For a process on this machine. */
    public static NodeSettingsSource of(Role role) {
        return new NodeSettingsSource(role, Machine.current());
    }

    /** For a process on a given machine. */
    public static NodeSettingsSource of(Role role, Machine machine) {
        return new NodeSettingsSource(role, machine);
    }

    /** The options of the role in the order of the reference page. */
    public List<Key<?>> options() {
        return keys.shape().keys();
    }

    /**
     * Gathers the settings. Call it once.
     *
     * @param flags the flags that were given, without dashes
     * @param environment variables; those without the prefix are ignored
     */
    public NodeSettingsResult read(
            Map<String, List<String>> flags, Map<String, String> environment) {
        Values values = readFile(settingsFile(flags, environment));
        values = readVariables(environment).over(values);
        values = readFlags(flags).over(values);
        checkTls(values);
        checkUpstream(values);
        checkAddresses(values);
        List<NodeSettings.Disk> disks = disks(values);
        if (problems.stream().anyMatch(Problem::isError)) {
            return new NodeSettingsResult.Wrong(List.copyOf(problems));
        }
        return new NodeSettingsResult.Ready(settings(values, disks), List.copyOf(problems));
    }

    private static @Nullable String settingsFile(
            Map<String, List<String>> flags, Map<String, String> environment) {
        List<String> named = flags.getOrDefault(SETTINGS, List.of());
        String variable = environment.getOrDefault(NodeKeys.VARIABLE_PREFIX + "SETTINGS", "");
        if (!named.isEmpty()) {
            return named.getLast();
        }
        return variable.isBlank() ? null : variable;
    }

    private Values readFile(@Nullable String file) {
        if (file == null) {
            return Values.NONE;
        }
        Problems found = new Problems(file);
        List<YamlNode> documents = YamlDocuments.read(Path.of(file), found);
        if (documents.size() > 1) {
            found.error(documents.get(1).line(), "", "a settings file holds one document");
        }
        Values values =
                documents.isEmpty() ? null : keys.shape().read(documents.getFirst(), "", found);
        problems.addAll(found.all());
        if (values == null) {
            return Values.NONE;
        }
        for (Key<?> key : options()) {
            if (values.has(key)) {
                places.put(key, file + ":" + values.line(key) + ": " + key.name());
            }
        }
        return values;
    }

    private Values readVariables(Map<String, String> environment) {
        Values values = Values.NONE;
        Map<String, Key<?>> known = new HashMap<>();
        for (Key<?> key : options()) {
            String variable = NodeKeys.variable(key);
            known.put(variable, key);
            String text = environment.getOrDefault(variable, "");
            if (!text.isBlank()) {
                List<String> texts =
                        NodeKeys.isRepeatable(key)
                                ? List.of(text.strip().split("[,\\s]+"))
                                : List.of(text.strip());
                values = readOne(key, texts, variable).over(values);
            }
        }
        for (String variable : environment.keySet().stream().sorted().toList()) {
            // Other programs may own variables that begin like ours: only a likely slip is named.
            if (variable.startsWith(NodeKeys.VARIABLE_PREFIX) && !known.containsKey(variable)) {
                String nearest = nearestVariable(variable, known);
                if (nearest != null) {
                    String message = "unknown variable; did you mean " + nearest + "?";
                    problems.add(Problem.warning(variable, 0, "", message));
                }
            }
        }
        return values;
    }

    private static @Nullable String nearestVariable(String variable, Map<String, Key<?>> known) {
        if (variable.equals(NodeKeys.VARIABLE_PREFIX + "SETTINGS")) {
            return null;
        }
        int prefix = NodeKeys.VARIABLE_PREFIX.length();
        List<String> names = known.keySet().stream().map(v -> v.substring(prefix)).toList();
        String nearest = NearestWord.to(variable.substring(prefix), names);
        return nearest == null ? null : NodeKeys.VARIABLE_PREFIX + nearest;
    }

    private Values readFlags(Map<String, List<String>> flags) {
        Values values = Values.NONE;
        Map<String, Key<?>> known = new HashMap<>();
        options().forEach(key -> known.put(key.name(), key));
        for (String flag : flags.keySet().stream().sorted().toList()) {
            List<String> texts = flags.getOrDefault(flag, List.of());
            Key<?> key = known.get(flag);
            if (flag.equals(SETTINGS) || texts.isEmpty()) {
                continue;
            }
            String label = "--" + flag;
            if (key == null) {
                String nearest = NearestWord.to(flag, known.keySet());
                String hint = nearest == null ? "" : "; did you mean --" + nearest + "?";
                problems.add(Problem.error(label, 0, "", "unknown option" + hint));
            } else if (texts.size() > 1 && !NodeKeys.isRepeatable(key)) {
                String message = "is given " + texts.size() + " times: " + String.join(", ", texts);
                problems.add(Problem.error(label, 0, "", message));
            } else {
                values = readOne(key, texts, label).over(values);
            }
        }
        return values;
    }

    private Values readOne(Key<?> key, List<String> texts, String place) {
        places.put(key, place);
        List<YamlNode> nodes = new ArrayList<>();
        for (String text : texts) {
            nodes.add(new YamlNode.Scalar(0, YamlNode.Scalar.Kind.TEXT, text));
        }
        YamlNode value = nodes.size() == 1 ? nodes.getFirst() : new YamlNode.Sequence(0, nodes);
        YamlNode map = new YamlNode.Mapping(0, List.of(new YamlNode.Entry(0, key.name(), value)));
        Problems found = new Problems(place);
        Values values = new ObjectShape("settings", List.of(key)).read(map, "", found);
        for (Problem problem : found.all()) {
            problems.add(Problem.error(place, 0, "", problem.message()));
        }
        return values == null ? Values.NONE : values;
    }

    private void checkTls(Values values) {
        List<Key<?>> three = List.of(NodeKeys.TLS_LISTEN, NodeKeys.TLS_CERT, NodeKeys.TLS_KEY);
        List<Key<?>> missing = three.stream().filter(key -> !values.has(key)).toList();
        if (missing.isEmpty() || missing.size() == three.size()) {
            return;
        }
        for (Key<?> key : missing) {
            wrong(key, "is missing: --tls-listen, --tls-cert and --tls-key go together");
        }
    }

    private void checkUpstream(Values values) {
        boolean sites = values.has(NodeKeys.CONFIG);
        boolean origins = values.has(NodeKeys.ORIGIN);
        boolean shields = role == Role.EDGE && values.has(NodeKeys.SHIELD);
        if (sites && origins) {
            wrong(NodeKeys.ORIGIN, "does not go with --config, whose sites name their origins");
        }
        if (shields && !values.has(NodeKeys.FLEET_KEY)) {
            wrong(
                    NodeKeys.FLEET_KEY,
                    "is missing: --shield needs the key that edge and shield share; without it, a"
                            + " purge on the edge could be undone by the shield's copy");
        }
        if (values.has(NodeKeys.CONTROL)) {
            checkControl(values);
        } else {
            checkNothingIsForControl(values);
            if (!sites && !origins && !shields) {
                wrong(
                        NodeKeys.ORIGIN,
                        role == Role.EDGE
                                ? "is missing: give --origin URL, --shield URL, --config FILE or"
                                        + " --control URL"
                                : "is missing: give --origin URL, --config FILE or --control URL");
            }
        }
    }

    private void checkControl(Values values) {
        for (Key<?> key : List.of(NodeKeys.ORIGIN, NodeKeys.CONFIG)) {
            if (values.has(key)) {
                wrong(key, "does not go with --control, which brings the sites");
            }
        }
        if (values.has(NodeKeys.PURGE_TOKEN) && !values.has(NodeKeys.PURGE_FROM)) {
            wrong(NodeKeys.PURGE_TOKEN, "does nothing without --purge-from");
        }
        if (!values.has(NodeKeys.TOKEN)) {
            wrong(
                    NodeKeys.TOKEN,
                    "is missing: --control needs --token FILE with the bearer token that opens it");
        }
        if (!values.has(NodeKeys.STATE) && !values.has(NodeKeys.DISK)) {
            wrong(
                    NodeKeys.STATE,
                    "is missing: --control needs --state DIR or --disk DIR, so that a purge which this node has"
                            + " acknowledged holds after a restart too");
        }
    }

    private void checkNothingIsForControl(Values values) {
        for (Key<?> key :
                List.of(
                        NodeKeys.TOKEN,
                        NodeKeys.PUBLIC_URL,
                        NodeKeys.CONTROL_WAIT,
                        NodeKeys.PURGE_TOKEN)) {
            if (values.has(key)) {
                warn(key, "does nothing without --control");
            }
        }
        if (values.has(NodeKeys.PURGE_FROM)) {
            wrong(
                    NodeKeys.PURGE_FROM,
                    "needs --control, which purges are handed to: a node alone takes them on its"
                            + " admin port");
        }
    }

    private void checkAddresses(Values values) {
        Map<Address, String> taken = new HashMap<>();
        for (Key<Address> key : List.of(keys.listen, NodeKeys.TLS_LISTEN, keys.admin)) {
            Address address = values.find(key);
            if (address != null && address.port() != 0) {
                String other = taken.putIfAbsent(address, NodeKeys.flag(key));
                if (other != null) {
                    wrong(key, "'" + address + "' is the address of " + other + " as well");
                }
            }
        }
    }

    private List<NodeSettings.Disk> disks(Values values) {
        List<DiskOption> options = values.find(NodeKeys.DISK);
        Long memory = values.find(keys.memory);
        if (options == null || memory == null) {
            return List.of(); // one of them was wrong, and that is noted
        }
        return new DiskSizes(
                        message -> wrong(NodeKeys.DISK, message),
                        message -> warn(NodeKeys.DISK, message))
                .of(options, memory);
    }

    /** What a disk holds is worth nothing without the purges that concern it. */
    private static @Nullable Path state(Values values, List<NodeSettings.Disk> disks) {
        Path named = values.find(NodeKeys.STATE);
        return named == null && !disks.isEmpty()
                ? disks.getFirst().directory().resolve("state")
                : named;
    }

    /** The problem stands where the option was given, else under its flag. */
    private void wrong(Key<?> key, String message) {
        problems.add(Problem.error(place(key), 0, "", message));
    }

    private void warn(Key<?> key, String message) {
        problems.add(Problem.warning(place(key), 0, "", message));
    }

    private String place(Key<?> key) {
        return places.getOrDefault(key, NodeKeys.flag(key));
    }

    private NodeSettings settings(Values values, List<NodeSettings.Disk> disks) {
        Address tlsListen = values.find(NodeKeys.TLS_LISTEN);
        List<Origin> shields = role == Role.EDGE ? values.get(NodeKeys.SHIELD) : List.of();
        Duration defaultTtl = values.find(NodeKeys.DEFAULT_TTL);
        Long scrub = values.find(NodeKeys.DISK_SCRUB);
        return new NodeSettings(
                role,
                values.get(keys.name),
                values.find(NodeKeys.POP),
                values.get(keys.listen),
                tlsListen == null
                        ? null
                        : new NodeSettings.Tls(
                                tlsListen,
                                values.get(NodeKeys.TLS_CERT),
                                values.get(NodeKeys.TLS_KEY)),
                values.get(keys.admin),
                values.find(NodeKeys.ADMIN_TOKEN),
                values.find(NodeKeys.DEBUG_TOKEN),
                values.get(NodeKeys.ORIGIN),
                shields,
                control(values),
                values.get(keys.memory),
                defaultTtl,
                disks,
                scrub == null ? NodeSettings.usualScrub(disks) : scrub,
                state(values, disks),
                values.find(NodeKeys.CONFIG),
                values.find(NodeKeys.FLEET_KEY),
                values.get(NodeKeys.ACCESS_LOG),
                values.find(NodeKeys.CA),
                values.get(NodeKeys.DRAIN_TIMEOUT),
                limits(values),
                values.get(NodeKeys.IO_THREADS));
    }

    private NodeSettings.@Nullable Control control(Values values) {
        if (!values.has(NodeKeys.CONTROL)) {
            return null;
        }
        return new NodeSettings.Control(
                values.get(NodeKeys.CONTROL),
                values.get(NodeKeys.TOKEN),
                role == Role.EDGE ? values.find(NodeKeys.PUBLIC_URL) : null,
                values.get(NodeKeys.CONTROL_WAIT),
                role == Role.EDGE ? values.get(NodeKeys.PURGE_FROM) : List.of(),
                role == Role.EDGE ? values.find(NodeKeys.PURGE_TOKEN) : null);
    }

    private static Limits limits(Values values) {
        return new Limits(
                Math.toIntExact(values.get(NodeKeys.MAX_REQUEST_LINE)),
                Math.toIntExact(values.get(NodeKeys.MAX_HEADER_BYTES)),
                values.get(NodeKeys.MAX_HEADER_COUNT),
                values.get(NodeKeys.MAX_BODY),
                values.get(NodeKeys.MAX_CONNECTIONS),
                values.get(NodeKeys.IDLE_TIMEOUT),
                values.get(NodeKeys.REQUEST_TIMEOUT),
                values.get(NodeKeys.STALL_TIMEOUT));
    }
}
