package dev.skerry.config.node;

import dev.skerry.config.Origin;
import dev.skerry.config.routing.Cidr;
import dev.skerry.config.schema.Key;
import dev.skerry.config.schema.ListShape;
import dev.skerry.config.schema.ObjectShape;
import dev.skerry.config.schema.ScalarShape;
import dev.skerry.config.schema.Shape;
import dev.skerry.config.schema.Shapes;
import dev.skerry.config.text.Sizes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a node: each is a flag ({@code --listen}), a variable ({@code SKERRY_LISTEN}) and
 * a key of the settings file ({@code listen}).
 */
public final class NodeKeys {
    /** How an option's key becomes a variable. */
    public static final String VARIABLE_PREFIX = "SKERRY_";

    private static final Shape<Address> ADDRESS = Shapes.text("HOST:PORT", NodeKeys::address);
    private static final Shape<Path> FILE = Shapes.text("file", NodeKeys::readableFile);
    private static final Shape<Path> DIRECTORY = Shapes.text("directory", NodeKeys::directory);
    private static final Shape<Duration> WAIT =
            Shapes.duration(Duration.ofMillis(100), Duration.ofDays(1));
    private static final Limits LIMITS = Limits.DEFAULTS;
    private static final String HOST_PLACE = "{host}";

    /** Literal, so that no resolver decides where the token goes. */
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    static final Key<Address> TLS_LISTEN =
            Key.optional(
                    "tls-listen", ADDRESS, "Where clients connect with HTTPS. Needs both files.");
    static final Key<Path> TLS_CERT = Key.optional("tls-cert", FILE, "The certificate chain, PEM.");
    static final Key<Path> TLS_KEY = Key.optional("tls-key", FILE, "Its private key, PEM.");
    static final Key<List<Origin>> ORIGIN =
            Key.withDefault(
                    "origin",
                    new ListShape<>(
                            "origins", Shapes.text("http or https URL", Origin::of), 1, 100),
                    List.of(),
                    "An origin for requests with any Host; may be repeated. Not with `config`.");
    static final Key<List<Origin>> SHIELD =
            Key.withDefault(
                    "shield",
                    new ListShape<>(
                            "shields", Shapes.text("http or https URL", NodeKeys::shield), 1, 100),
                    List.of(),
                    "A shield to ask instead of the origins; may be repeated.");
    static final Key<List<Origin>> CONTROL =
            Key.withDefault(
                    "control",
                    new ListShape<>(
                            "control planes",
                            Shapes.text("http or https URL", NodeKeys::control),
                            1,
                            100),
                    List.of(),
                    "A control plane to follow, or a shield that relays it (its admin port); may be"
                            + " repeated, the first that answers is followed. Sites and purges come"
                            + " from there. Needs `token`, and `state` or `disk`; not with `origin` or"
                            + " `config`.");
    static final Key<Path> TOKEN =
            Key.optional("token", FILE, "Holds the bearer token for the control plane.");
    static final Key<String> PUBLIC_URL =
            Key.optional(
                    "public-url",
                    Shapes.text("URL", NodeKeys::publicUrl),
                    "Where the router sends clients: a URL with `{host}` for the request's host, such"
                            + " as `https://fra-1.{host}`. Without it `http://{host}:PORT` with the"
                            + " port of `listen`.");
    static final Key<Duration> CONTROL_WAIT =
            Key.withDefault(
                    "control-wait",
                    Shapes.duration(Duration.ZERO, Duration.ofHours(1)),
                    Duration.ofSeconds(10),
                    "How long a node that starts with what it remembers waits for the control plane"
                            + " before it serves without.");
    static final Key<List<Cidr>> PURGE_FROM =
            Key.withDefault(
                    "purge-from",
                    new ListShape<>("networks", Shapes.text(Cidr.FORM, Cidr::of), 1, 100),
                    List.of(),
                    "A network from which `PURGE`, `PURGEKEYS` and `BAN` are handed to the control"
                            + " plane; may be repeated. From elsewhere they are requests like any"
                            + " other.");
    static final Key<Path> PURGE_TOKEN =
            Key.optional(
                    "purge-token",
                    FILE,
                    "Holds a token for purges, with which those go that come from `purge-from`"
                            + " without one of their own.");
    static final Key<Duration> DEFAULT_TTL =
            Key.optional(
                    "default-ttl",
                    Shapes.duration(Duration.ZERO, Duration.ofDays(3650)),
                    "Lifetime of cacheable responses that carry neither freshness nor a validator,"
                            + " where a site names none.");
    static final Key<Path> CONFIG = Key.optional("config", FILE, "Site documents.");
    static final Key<String> POP =
            Key.optional("pop", Shapes.text("name", NodeKeys::name), "The node's location.");
    static final Key<Path> FLEET_KEY =
            Key.optional(
                    "fleet-key", FILE, "The key that signs the fields between the fleet's nodes.");
    static final Key<Path> ADMIN_TOKEN =
            Key.optional(
                    "admin-token-file",
                    FILE,
                    "Holds the bearer token that purges on the admin port then need; with it the"
                            + " port may be off loopback.");
    static final Key<Path> DEBUG_TOKEN =
            Key.optional(
                    "debug-token-file",
                    FILE,
                    "Holds a token of 16 to 1024 characters: a request with `Skerry-Debug: TOKEN` is"
                            + " told its cache key in `Cache-Status`.");
    static final Key<List<DiskOption>> DISK =
            Key.withDefault(
                    "disk",
                    new ListShape<>(
                            "disks", Shapes.text("DIR or DIR:SIZE", DiskOption::parse), 1, 64),
                    List.of(),
                    "A directory where responses are kept besides memory, so that they are there"
                            + " after a restart, and how much of its file system they may take; may be"
                            + " repeated. For this node alone; made if absent. Without a size it is"
                            + " half of what is free, and no more than 64 times `memory`.");
    static final Key<Long> DISK_SCRUB =
            Key.optional(
                    "disk-scrub",
                    new ScalarShape<>(
                            "off, or bytes a second",
                            Map.of("type", List.of("string", "integer", "boolean")),
                            NodeKeys::scrub,
                            rate -> rate == 0 ? "off" : Sizes.format(rate)),
                    "How many bytes a second are read of the disks in the background, all together, so"
                            + " that what went bad on them is found before it is asked for; `off`: none."
                            + " Without it as many as read everything once a week, 64k to 16m.");
    static final Key<Path> STATE =
            Key.optional(
                    "state",
                    DIRECTORY,
                    "Where the node remembers its purges, so that they hold after a restart. For this"
                            + " node alone; made if absent. Without it `state` in the directory of the"
                            + " first `disk`, if there is one.");
    static final Key<AccessLogTarget> ACCESS_LOG =
            Key.withDefault(
                    "access-log",
                    new ScalarShape<>(
                            "off, stdout or file",
                            Map.of("type", "string"),
                            NodeKeys::accessLog,
                            NodeKeys::show),
                    new AccessLogTarget.Off(),
                    "Where a JSON line about each request goes.");
    static final Key<Path> CA =
            Key.optional(
                    "ca", FILE, "Certificates (PEM) trusted for origins and shields in addition.");
    static final Key<Duration> DRAIN_TIMEOUT =
            Key.withDefault(
                    "drain-timeout",
                    Shapes.duration(Duration.ZERO, Duration.ofHours(1)),
                    Duration.ofSeconds(30),
                    "How long running exchanges may go on after SIGTERM.");
    static final Key<Long> MAX_REQUEST_LINE =
            Key.withDefault(
                    "max-request-line",
                    Shapes.size(1024, 1 << 20),
                    (long) LIMITS.requestLineBytes(),
                    "Longest request target; past it 414.");
    static final Key<Long> MAX_HEADER_BYTES =
            Key.withDefault(
                    "max-header-bytes",
                    Shapes.size(1024, 1 << 20),
                    (long) LIMITS.headerBytes(),
                    "Bytes of all request fields together; past it 431.");
    static final Key<Integer> MAX_HEADER_COUNT =
            Key.withDefault(
                    "max-header-count",
                    Shapes.integer(16, 10_000),
                    LIMITS.headerCount(),
                    "Request field lines; past it 431.");
    static final Key<Long> MAX_BODY =
            Key.withDefault(
                    "max-body",
                    Shapes.size(0, 1L << 50),
                    LIMITS.bodyBytes(),
                    "Longest request body; past it 413.");
    static final Key<Integer> MAX_CONNECTIONS =
            Key.withDefault(
                    "max-connections",
                    Shapes.integer(1, 1_000_000),
                    LIMITS.connections(),
                    "Open client connections; past it new ones get 503, over TLS a close.");
    static final Key<Duration> IDLE_TIMEOUT =
            Key.withDefault(
                    "idle-timeout",
                    WAIT,
                    LIMITS.idleTimeout(),
                    "How long a kept-alive connection may be silent between requests.");
    static final Key<Duration> REQUEST_TIMEOUT =
            Key.withDefault(
                    "request-timeout",
                    WAIT,
                    LIMITS.requestTimeout(),
                    "How long a client may take to send a request head.");
    static final Key<Duration> STALL_TIMEOUT =
            Key.withDefault(
                    "stall-timeout",
                    WAIT,
                    LIMITS.stallTimeout(),
                    "How long a request or response body may not move at all.");
    static final Key<Integer> IO_THREADS =
            Key.withDefault(
                    "io-threads",
                    Shapes.integer(0, 256),
                    0,
                    "Threads that move bytes; 0: by the number of processors.");

    final Key<Address> listen;
    final Key<Address> admin;
    final Key<String> name;
    final Key<Long> memory;
    private final ObjectShape shape;

    /** The keys of a role, with the defaults that depend on role and machine. */
    public NodeKeys(Role role, Machine machine) {
        boolean edge = role == Role.EDGE;
        listen =
                Key.withDefault(
                        "listen",
                        ADDRESS,
                        new Address("", edge ? 8081 : 8090),
                        "Where clients connect with HTTP.");
        admin =
                Key.withDefault(
                        "admin",
                        ADDRESS,
                        new Address("127.0.0.1", edge ? 9081 : 9090),
                        "Metrics, health and purge. Keep it away from clients.");
        name =
                Key.withDefault(
                        "name",
                        Shapes.text("name", NodeKeys::name),
                        machine.nodeName(),
                        "The node's name in Via, CDN-Loop, logs and metrics; the host's name if none is given.");
        memory =
                Key.withDefault(
                        "memory",
                        Shapes.size(NodeSettings.MIN_MEMORY_BYTES, 1L << 50),
                        machine.defaultMemory(),
                        "Budget of cached responses, index and bodies in flight. In a container with a"
                                + " memory limit the default is a quarter of that.");
        List<Key<?>> keys = new ArrayList<>(List.of(listen, TLS_LISTEN, TLS_CERT, TLS_KEY, admin));
        keys.addAll(List.of(ADMIN_TOKEN, DEBUG_TOKEN, ORIGIN));
        if (edge) {
            keys.add(SHIELD);
        }
        keys.addAll(List.of(CONTROL, TOKEN));
        if (edge) {
            keys.addAll(List.of(PUBLIC_URL, PURGE_FROM, PURGE_TOKEN));
        }
        keys.add(CONTROL_WAIT);
        keys.addAll(
                List.of(
                        CONFIG,
                        memory,
                        DISK,
                        DISK_SCRUB,
                        DEFAULT_TTL,
                        STATE,
                        name,
                        POP,
                        FLEET_KEY,
                        CA,
                        ACCESS_LOG));
        keys.addAll(List.of(DRAIN_TIMEOUT, MAX_REQUEST_LINE, MAX_HEADER_BYTES, MAX_HEADER_COUNT));
        keys.addAll(List.of(MAX_BODY, MAX_CONNECTIONS, IDLE_TIMEOUT, REQUEST_TIMEOUT));
        keys.addAll(List.of(STALL_TIMEOUT, IO_THREADS));
        shape = new ObjectShape("node settings", keys);
    }

    /** All options as a map: the settings file. */
    public ObjectShape shape() {
        return shape;
    }

    /** The variable of an option. */
    public static String variable(Key<?> key) {
        return VARIABLE_PREFIX + key.name().toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** The flag of an option. */
    public static String flag(Key<?> key) {
        return "--" + key.name();
    }

    /** Whether an option may be given several times. */
    public static boolean isRepeatable(Key<?> key) {
        return key.shape() instanceof ListShape<?>;
    }

    private static Address address(String text) {
        @Nullable Address address = Address.parse(text);
        if (address == null) {
            throw new IllegalArgumentException("'" + text + "' is not " + Address.FORM);
        }
        return address;
    }

    private static long scrub(String text) {
        if (text.equals("off") || text.equals("false")) {
            return 0;
        }
        OptionalLong rate = Sizes.parse(text);
        if (rate.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither off nor " + Sizes.FORM + ", for each second");
        }
        long least = NodeSettings.MIN_SCRUB;
        long most = NodeSettings.MAX_SCRUB;
        if (rate.getAsLong() < least || rate.getAsLong() > most) {
            throw new IllegalArgumentException(
                    "'%s' is out of range: %s to %s a second, or off"
                            .formatted(text, Sizes.format(least), Sizes.format(most)));
        }
        return rate.getAsLong();
    }

    private static Path readableFile(String text) {
        Path file = Path.of(text);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("'" + text + "': there is no such file");
        }
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("'" + text + "': this user may not read it");
        }
        return file;
    }

    private static Path directory(String text) {
        Path directory = Path.of(text);
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IllegalArgumentException("'" + text + "' is no directory");
        }
        return directory;
    }

    private static Origin shield(String text) {
        Origin shield = Origin.of(text);
        if (!shield.basePath().isEmpty()) {
            throw new IllegalArgumentException("'" + text + "': a shield has no path");
        }
        return shield;
    }

    private static Origin control(String text) {
        Origin control = Origin.of(text);
        if (!control.basePath().isEmpty()) {
            throw new IllegalArgumentException("'" + text + "': a control plane has no path");
        }
        if (!control.isTls() && !LOOPBACK.matcher(control.host()).matches()) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' would send the token in the clear: give an https:// URL, or a"
                            + " loopback address such as http://127.0.0.1:9000");
        }
        return control;
    }

    private static String publicUrl(String text) {
        int at = text.indexOf(HOST_PLACE);
        if (at < 0 || text.indexOf(HOST_PLACE, at + 1) >= 0) {
            throw new IllegalArgumentException("'" + text + "' must have {host} in it, once");
        }
        Origin example = Origin.of(text.replace(HOST_PLACE, "host.example"));
        if (!example.basePath().isEmpty() || text.endsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' must end with its host or port: the path is the request's");
        }
        return text;
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not a name: 1 to 64 letters, digits, '.', '_' and '-', a letter"
                            + " or digit first");
        }
        return text;
    }

    private static AccessLogTarget accessLog(String text) {
        return switch (text) {
            case "off", "false" -> new AccessLogTarget.Off();
            case "stdout", "-" -> new AccessLogTarget.Stdout();
            default -> logFile(text);
        };
    }

    private static AccessLogTarget logFile(String text) {
        Path file = Path.of(text);
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(file)) {
            throw new IllegalArgumentException(
                    "'" + text + "' is none of off, stdout and a file in a directory that exists");
        }
        return new AccessLogTarget.ToFile(file);
    }

    private static String show(AccessLogTarget target) {
        return switch (target) {
            case AccessLogTarget.Off() -> "off";
            case AccessLogTarget.Stdout() -> "stdout";
            case AccessLogTarget.ToFile(Path path) -> path.toString();
        };
    }
}
