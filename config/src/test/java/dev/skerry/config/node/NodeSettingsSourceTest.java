package dev.skerry.config.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.Origin;
import dev.skerry.config.routing.Cidr;
import dev.skerry.config.schema.Key;
import dev.skerry.config.text.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSettingsSourceTest {
    private static final Machine MACHINE = new Machine("host-1", OptionalLong.empty());

    @TempDir Path dir;

    @Test
    void theDefaultsOfAnEdgeAreFixed() {
        NodeSettings settings = ready(Role.EDGE, flags("origin", "http://o"), Map.of());
        assertEquals(new Address("", 8081), settings.listen());
        assertEquals(new Address("127.0.0.1", 9081), settings.admin());
        assertNull(settings.tls());
        assertEquals(256L << 20, settings.memoryBytes());
        assertNull(settings.defaultTtl());
        assertEquals(List.of(), settings.disks());
        assertNull(settings.state());
        assertEquals("host-1", settings.name());
        assertEquals(new AccessLogTarget.Off(), settings.accessLog());
        assertEquals(Duration.ofSeconds(30), settings.drainTimeout());
        assertEquals(0, settings.ioThreads());
        assertEquals(List.of(), settings.shields());
        Limits limits = settings.limits();
        assertEquals(16 << 10, limits.requestLineBytes());
        assertEquals(32 << 10, limits.headerBytes());
        assertEquals(400, limits.headerCount());
        assertEquals(16L << 30, limits.bodyBytes());
        assertEquals(10_000, limits.connections());
        assertEquals(Duration.ofSeconds(60), limits.idleTimeout());
        assertEquals(Duration.ofSeconds(10), limits.requestTimeout());
        assertEquals(Duration.ofSeconds(60), limits.stallTimeout());
    }

    @Test
    void aShieldHasItsOwnPortsAndNoShields() {
        NodeSettings settings = ready(Role.SHIELD, flags("origin", "http://o"), Map.of());
        assertEquals(new Address("", 8090), settings.listen());
        assertEquals(new Address("127.0.0.1", 9090), settings.admin());
        assertEquals(
                List.of("--shield: unknown option"),
                problems(Role.SHIELD, flags("origin", "http://o", "shield", "http://s"), Map.of()));
    }

    @Test
    void theNamesOfAllOptionsAreFixed() {
        assertEquals(
                "listen tls-listen tls-cert tls-key admin admin-token-file debug-token-file origin shield"
                        + " control token public-url purge-from purge-token control-wait config memory disk disk-scrub default-ttl state name pop fleet-key ca access-log drain-timeout"
                        + " max-request-line max-header-bytes max-header-count max-body max-connections"
                        + " idle-timeout request-timeout stall-timeout io-threads",
                String.join(
                        " ",
                        NodeSettingsSource.of(Role.EDGE, MACHINE).options().stream()
                                .<String>map(Key::name)
                                .toList()));
    }

    @Test
    void aFlagGoesBeforeAVariableBeforeTheFileBeforeTheDefault() throws Exception {
        Path file = dir.resolve("node.yaml");
        Files.writeString(
                file,
                "name: file\npop: file\nmemory: 64m\norigin: [\"http://f1\", \"http://f2\"]\n");
        Map<String, String> environment =
                Map.of("SKERRY_NAME", "variable", "SKERRY_POP", "variable", "OTHER", "x");
        NodeSettings settings =
                ready(Role.EDGE, flags("settings", file.toString(), "name", "flag"), environment);
        assertEquals("flag", settings.name());
        assertEquals("variable", settings.pop());
        assertEquals(64L << 20, settings.memoryBytes());
        assertEquals(2, settings.origins().size());
        assertEquals(400, settings.limits().headerCount());
        assertEquals(
                List.of(Origin.of("http://g")),
                ready(Role.EDGE, flags("settings", file.toString(), "origin", "http://g"), Map.of())
                        .origins());
    }

    @Test
    void theSettingsFileMayBeNamedByAVariable() throws Exception {
        Path file = dir.resolve("node.yaml");
        Files.writeString(file, "origin: http://o\nio-threads: 3\n");
        Map<String, String> environment = Map.of("SKERRY_SETTINGS", file.toString());
        assertEquals(3, ready(Role.EDGE, Map.of(), environment).ioThreads());
    }

    @Test
    void aVariableHoldsSeveralValuesAndAnEmptyOneNone() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "SKERRY_SHIELD",
                        "http://a, http://b http://c",
                        "SKERRY_FLEET_KEY",
                        file("fleet.key"),
                        "SKERRY_NAME",
                        " ");
        NodeSettings settings = ready(Role.EDGE, Map.of(), environment);
        assertEquals(3, settings.shields().size());
        assertEquals("host-1", settings.name());
    }

    @Test
    void everyProblemNamesItsOptionItsValueAndWhatWouldBeRight() throws Exception {
        Path file = dir.resolve("node.yaml");
        Files.writeString(file, "memroy: 1g\ndrain-timeout: soon\n");
        assertEquals(
                List.of(
                        file + ":1: memroy: unknown key; did you mean 'memory'?",
                        file
                                + ":2: drain-timeout: 'soon' is not a duration such as 500ms, 10s,"
                                + " 5m, 1h, 1d or 1y",
                        "SKERRY_MEMORY: '31m' is out of range: 32m to 1024t",
                        "--admin: 'x' is not HOST:PORT such as 0.0.0.0:8081, :8081 or [::1]:8081",
                        "--lisen: unknown option; did you mean --listen?",
                        "--name: is given 2 times: a, b",
                        "--origin: is missing: give --origin URL, --shield URL, --config FILE or"
                                + " --control URL"),
                problems(
                        Role.EDGE,
                        Map.of(
                                "settings",
                                List.of(file.toString()),
                                "admin",
                                List.of("x"),
                                "lisen",
                                List.of(":1"),
                                "name",
                                List.of("a", "b")),
                        Map.of("SKERRY_MEMORY", "31m")));
    }

    @Test
    void tlsOptionsComeTogether() throws Exception {
        String pem = file("cert.pem");
        assertEquals(
                List.of(
                        "--tls-listen: is missing: --tls-listen, --tls-cert and --tls-key go"
                                + " together",
                        "--tls-key: is missing: --tls-listen, --tls-cert and --tls-key go"
                                + " together"),
                problems(Role.EDGE, flags("origin", "http://o", "tls-cert", pem), Map.of()));
        NodeSettings settings =
                ready(
                        Role.EDGE,
                        flags(
                                "origin",
                                "http://o",
                                "tls-cert",
                                pem,
                                "tls-key",
                                pem,
                                "tls-listen",
                                ":8443"),
                        Map.of());
        NodeSettings.Tls tls = settings.tls();
        assertNotNull(tls);
        assertEquals(8443, tls.listen().port());
    }

    @Test
    void originsAndSitesExcludeEachOther() throws Exception {
        String sites = file("sites.yaml");
        assertEquals(
                List.of("--origin: does not go with --config, whose sites name their origins"),
                problems(Role.EDGE, flags("origin", "http://o", "config", sites), Map.of()));
        assertEquals(
                List.of("--origin: is missing: give --origin URL, --config FILE or --control URL"),
                problems(Role.SHIELD, Map.of(), Map.of()));
        Map<String, List<String>> shielded = flags("shield", "http://s", "config", sites);
        assertEquals(
                List.of(
                        "--fleet-key: is missing: --shield needs the key that edge and shield share;"
                                + " without it, a purge on the edge could be undone by the shield's"
                                + " copy"),
                problems(Role.EDGE, shielded, Map.of()));
        shielded.put("fleet-key", List.of(file("fleet.key")));
        ready(Role.EDGE, shielded, Map.of());
    }

    @Test
    void aNodeThatFollowsTakesItsSitesFromTheControlPlane() throws Exception {
        String sites = file("sites.yaml");
        String token = file("token");
        Map<String, List<String>> following =
                flags("control", "http://127.0.0.1:9000", "token", token, "state", dir.toString());
        NodeSettings.Control control = ready(Role.SHIELD, following, Map.of()).control();
        assertNotNull(control);
        assertEquals(List.of(Origin.of("http://127.0.0.1:9000")), control.urls());
        assertEquals(Path.of(token), control.tokenFile());
        assertEquals("http://{host}:8081", control.publicUrl(8081));
        assertEquals(Duration.ofSeconds(10), control.longestWait());
        following.put("shield", List.of("http://s"));
        following.put("fleet-key", List.of(file("fleet.key")));
        following.put("public-url", List.of("https://fra-1.{host}"));
        control = ready(Role.EDGE, following, Map.of()).control();
        assertNotNull(control);
        assertEquals("https://fra-1.{host}", control.publicUrl(8081));
        following.put("origin", List.of("http://o"));
        following.put("config", List.of(sites));
        assertEquals(
                List.of(
                        "--origin: does not go with --config, whose sites name their origins",
                        "--origin: does not go with --control, which brings the sites",
                        "--config: does not go with --control, which brings the sites"),
                problems(Role.EDGE, following, Map.of()));
    }

    @Test
    void aNodeThatFollowsNeedsATokenAndAMemory() {
        assertEquals(
                List.of(
                        "--token: is missing: --control needs --token FILE with the bearer token"
                                + " that opens it",
                        "--state: is missing: --control needs --state DIR or --disk DIR, so that a"
                                + " purge which this node has acknowledged holds after a restart too"),
                problems(Role.EDGE, flags("control", "https://control.example"), Map.of()));
    }

    @Test
    void theTokenNeverTravelsInTheClear() throws Exception {
        String token = file("token");
        for (String url :
                List.of("http://control:9000", "http://10.0.0.1", "http://127.evil.example")) {
            assertEquals(
                    List.of(
                            "--control: '"
                                    + url
                                    + "' would send the token in the clear: give an https:// URL, or"
                                    + " a loopback address such as http://127.0.0.1:9000"),
                    problems(
                            Role.EDGE,
                            flags("control", url, "token", token, "state", dir.toString()),
                            Map.of()));
        }
        for (String url : List.of("http://localhost:1", "http://[::1]:1", "http://127.9.9.9")) {
            ready(
                    Role.EDGE,
                    flags("control", url, "token", token, "state", dir.toString()),
                    Map.of());
        }
    }

    @Test
    void aPublicUrlIsATemplateWithTheHostOnceAndNoPath() throws Exception {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("http://edge-1:8081", "must have {host} in it, once");
        wrong.put("http://{host}.{host}", "must have {host} in it, once");
        wrong.put("http://{host}/x", "must end with its host or port: the path is the request's");
        wrong.put("http://{host}:81/", "must end with its host or port: the path is the request's");
        String token = file("token");
        for (Map.Entry<String, String> entry : wrong.entrySet()) {
            Map<String, List<String>> flags =
                    flags(
                            "control",
                            "http://[::1]:9000",
                            "token",
                            token,
                            "state",
                            dir.toString(),
                            "public-url",
                            entry.getKey());
            assertEquals(
                    List.of("--public-url: '" + entry.getKey() + "' " + entry.getValue()),
                    problems(Role.EDGE, flags, Map.of()));
        }
    }

    @Test
    void purgesAreHandedToTheControlPlaneFromNetworksThatAreNamed() throws Exception {
        Map<String, List<String>> flags =
                flags(
                        "control",
                        "http://[::1]:9000",
                        "token",
                        file("token"),
                        "state",
                        dir.toString());
        NodeSettings.Control none = ready(Role.EDGE, flags, Map.of()).control();
        assertTrue(none != null && none.purgeFrom().isEmpty() && none.purgeTokenFile() == null);
        Map<String, List<String>> named = new LinkedHashMap<>(flags);
        named.put("purge-token", List.of(file("purge")));
        assertEquals(
                List.of("--purge-token: does nothing without --purge-from"),
                problems(Role.EDGE, named, Map.of()));
        named.put("purge-from", List.of("10.0.0.0/8", "::1"));
        NodeSettings.Control control = ready(Role.EDGE, named, Map.of()).control();
        assertNotNull(control);
        assertEquals(List.of(Cidr.of("10.0.0.0/8"), Cidr.of("::1")), control.purgeFrom());
        named.put("purge-from", List.of("10.0.0.1/8"));
        assertEquals(1, problems(Role.EDGE, named, Map.of()).size());
        assertEquals(
                List.of(
                        "--purge-from: needs --control, which purges are handed to: a node alone"
                                + " takes them on its admin port"),
                problems(Role.EDGE, flags("origin", "http://o", "purge-from", "::1"), Map.of()));
    }

    @Test
    void optionsOfAControlPlaneThatIsNotFollowedAreAWarning() throws Exception {
        NodeSettingsResult result =
                NodeSettingsSource.of(Role.EDGE, MACHINE)
                        .read(flags("origin", "http://o", "token", file("token")), Map.of());
        assertTrue(
                result instanceof NodeSettingsResult.Ready(var settings, var warnings)
                        && warnings.toString()
                                .equals("[--token: warning: does nothing without --control]"),
                result.toString());
    }

    @Test
    void filesMustExist() {
        String file = dir.resolve("none").toString();
        assertEquals(
                List.of("--config: '" + file + "': there is no such file"),
                problems(Role.EDGE, flags("config", file), Map.of()));
        assertEquals(
                List.of(file + ": there is no such file"),
                problems(Role.EDGE, flags("origin", "http://o", "settings", file), Map.of()));
    }

    @Test
    void twoListenersNeedTwoAddresses() {
        assertEquals(
                List.of("--admin: ':8081' is the address of --listen as well"),
                problems(Role.EDGE, flags("origin", "http://o", "admin", ":8081"), Map.of()));
        ready(Role.EDGE, flags("origin", "http://o", "admin", ":0", "listen", ":0"), Map.of());
    }

    @Test
    void aMistypedVariableIsAWarningAndAForeignOneIsNot() {
        NodeSettingsResult result =
                NodeSettingsSource.of(Role.EDGE, MACHINE)
                        .read(
                                flags("origin", "http://o"),
                                Map.of("SKERRY_MEMROY", "1g", "SKERRY_JVM_OPTIONS", "-Xmx1g"));
        assertTrue(
                result instanceof NodeSettingsResult.Ready(var settings, var warnings)
                        && warnings.toString()
                                .equals(
                                        "[SKERRY_MEMROY: warning: unknown variable; did you mean"
                                                + " SKERRY_MEMORY?]"),
                result.toString());
    }

    @Test
    void theAccessLogGoesToStdoutOrAFileInADirectoryThatExists() {
        assertEquals(
                new AccessLogTarget.Stdout(),
                ready(Role.EDGE, flags("origin", "http://o", "access-log", "stdout"), Map.of())
                        .accessLog());
        Path file = dir.resolve("access.log");
        assertEquals(
                new AccessLogTarget.ToFile(file),
                ready(
                                Role.EDGE,
                                flags("origin", "http://o", "access-log", file.toString()),
                                Map.of())
                        .accessLog());
        assertEquals(
                1,
                problems(
                                Role.EDGE,
                                flags(
                                        "origin",
                                        "http://o",
                                        "access-log",
                                        dir.resolve("none/x").toString()),
                                Map.of())
                        .size());
    }

    @Test
    void memoryIsAQuarterOfTheContainersLimitWhereThereIsOne() throws Exception {
        assertEquals(128L << 20, new Machine("h", OptionalLong.of(512 << 20)).defaultMemory());
        assertEquals(32L << 20, new Machine("h", OptionalLong.of(64 << 20)).defaultMemory());
        assertEquals(OptionalLong.empty(), Machine.memoryLimit(dir));
        Files.writeString(dir.resolve("memory.max"), "max\n");
        assertEquals(OptionalLong.empty(), Machine.memoryLimit(dir));
        Files.writeString(dir.resolve("memory.max"), "1073741824\n");
        assertEquals(OptionalLong.of(1 << 30), Machine.memoryLimit(dir));
    }

    @Test
    void aDiskIsADirectoryWithItsSizeAndHoldsTheState() {
        Path disk = dir.resolve("disk");
        NodeSettings settings =
                ready(Role.EDGE, flags("origin", "http://o", "disk", disk + ":64m"), Map.of());
        assertEquals(List.of(new NodeSettings.Disk(disk, 64L << 20)), settings.disks());
        assertEquals(disk.resolve("state"), settings.state());
        Map<String, List<String>> both =
                flags("origin", "http://o", "disk", disk + ":1g", "state", dir.toString());
        assertEquals(dir, ready(Role.SHIELD, both, Map.of()).state());
    }

    @Test
    void disksAreReadInTheBackgroundOnceAWeekUnlessToldOtherwise() {
        assertEquals(64L << 10, scrub("disk", dir + ":1g"));
        NodeSettings.Disk large = new NodeSettings.Disk(dir, 300L << 30);
        assertEquals((600L << 30) / 604_800, NodeSettings.usualScrub(List.of(large, large)));
        NodeSettings.Disk huge = new NodeSettings.Disk(dir, 64L << 40);
        assertEquals(16L << 20, NodeSettings.usualScrub(List.of(huge)));
        assertEquals(0, scrub("disk", dir + ":1g", "disk-scrub", "off"));
        assertEquals(64L << 10, scrub("disk", dir + ":1g", "disk-scrub", "64k"));
        assertEquals(16L << 30, scrub("disk", dir + ":1g", "disk-scrub", "16g"));
    }

    private long scrub(String... more) {
        Map<String, List<String>> flags = new HashMap<>(flags("origin", "http://o"));
        flags.putAll(flags(more));
        return ready(Role.EDGE, flags, Map.of()).diskScrub();
    }

    @Test
    void aRateOfReadingInTheBackgroundThatCannotBeIsRefused() {
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("65535", "'65535' is out of range: 64k to 16g a second, or off");
        wrong.put("17g", "'17g' is out of range: 64k to 16g a second, or off");
        wrong.put(
                "slow",
                "'slow' is neither off nor a size such as 4096, 64k, 512m or 2g, for each second");
        wrong.forEach((text, message) ->
                assertEquals(
                        List.of("--disk-scrub: " + message),
                        problems(
                                Role.EDGE,
                                flags("origin", "http://o", "disk-scrub", text),
                                Map.of())));
    }

    @Test
    void aVariableHoldsSeveralDisks() {
        Map<String, String> environment =
                Map.of("SKERRY_DISK", dir.resolve("a") + ":1g," + dir.resolve("b") + ":65m");
        assertEquals(
                List.of(
                        new NodeSettings.Disk(dir.resolve("a"), 1L << 30),
                        new NodeSettings.Disk(dir.resolve("b"), 65L << 20)),
                ready(Role.EDGE, flags("origin", "http://o"), environment).disks());
    }

    @Test
    void aNodeThatFollowsMayRememberOnItsDisk() throws Exception {
        Map<String, List<String>> following =
                flags("control", "http://127.0.0.1:9000", "token", file("token"));
        following.put("disk", List.of(dir.resolve("disk") + ":64m"));
        assertEquals(
                dir.resolve("disk").resolve("state"),
                ready(Role.EDGE, following, Map.of()).state());
    }

    @Test
    void aColonInADirectoryIsNoSize() {
        assertEquals("a:b", DiskOption.parse("a:b").directory().toString());
        assertEquals("a:1/b", DiskOption.parse("a:1/b").directory().toString());
        assertEquals("a:1g", DiskOption.parse("a:1g:2g").directory().toString());
        assertEquals(OptionalLong.of(2L << 30), DiskOption.parse("a:1g:2g").bytes());
        assertEquals(OptionalLong.empty(), DiskOption.parse("a").bytes());
    }

    @Test
    void aDiskThatCannotBeIsRefused() throws Exception {
        Path disk = dir.resolve("disk");
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put(":1g", "':1g' is not DIR or DIR:SIZE such as /var/cache/skerry:200g");
        wrong.put("a:", "'a:': '' is not a size such as 4096, 64k, 512m or 2g");
        wrong.put("a:1x", "'a:1x': '1x' is not a size such as 4096, 64k, 512m or 2g");
        wrong.put("a:65535k", "'a:65535k': a disk of 65535k is out of range: 64m to 1024t");
        wrong.put("a:1025t", "'a:1025t': a disk of 1025t is out of range: 64m to 1024t");
        wrong.put(file("x") + ":1g", "'" + dir.resolve("x") + "' is no directory");
        wrong.forEach((text, message) ->
                assertEquals(
                        List.of("--disk: " + message),
                        problems(Role.EDGE, flags("origin", "http://o", "disk", text), Map.of())));
        ready(Role.EDGE, flags("origin", "http://o", "disk", disk + ":65536k"), Map.of());
    }

    @Test
    void twoDisksHaveTwoDirectories() throws Exception {
        Path disk = Files.createDirectory(dir.resolve("disk"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), disk);
        for (Path other : List.of(disk, dir.resolve("./disk/../disk"), link)) {
            assertEquals(
                    List.of(
                            "--disk: '"
                                    + other
                                    + "' is in use by another disk: each has a directory of its"
                                    + " own"),
                    problems(Role.EDGE, disks(disk + ":1g", other + ":1g"), Map.of()));
        }
        assertEquals(
                List.of(
                        "--disk: '"
                                + link.resolve("b")
                                + "' is in use by another disk: each has a directory of its own, not"
                                + " inside of another's"),
                problems(Role.EDGE, disks(disk + ":1g", link.resolve("b") + ":1g"), Map.of()));
    }

    @Test
    void aDiskLargerThanItsFileSystemIsAWarning() {
        NodeSettingsResult result =
                NodeSettingsSource.of(Role.EDGE, MACHINE)
                        .read(disks(dir.resolve("disk") + ":1024t"), Map.of());
        assertTrue(
                result instanceof NodeSettingsResult.Ready(var settings, var warnings)
                        && warnings.size() == 1
                        && warnings.getFirst().message().contains("more than the file system"),
                result.toString());
    }

    @Test
    void aDiskWithoutASizeTakesAShareThatMemoryCanIndex() throws Exception {
        // 64 * 32 MiB; half of what is free where tests run may be less
        long most = 2L << 30;
        long free = Files.getFileStore(dir).getUsableSpace();
        Map<String, List<String>> flags = disks(dir.resolve("a").toString());
        flags.put("memory", List.of("32m"));
        long bytes = ready(Role.EDGE, flags, Map.of()).disks().getFirst().bytes();
        assertTrue(bytes <= most && bytes <= free, Long.toString(bytes));
        assertEquals(0, bytes % (16L << 20));
    }

    private static Map<String, List<String>> disks(String... disks) {
        Map<String, List<String>> flags = flags("origin", "http://o");
        flags.put("disk", List.of(disks));
        return flags;
    }

    @Test
    void addressesAreHostAndPort() {
        assertEquals(new Address("::1", 80), Address.parse("[::1]:80"));
        assertEquals("[::1]:80", String.valueOf(Address.parse("[::1]:80")));
        assertEquals(new Address("a.example", 65_535), Address.parse("a.example:65535"));
        for (String text :
                List.of("", "80", ":", ":x", ":65536", "::1:80", "a b:1", "http://a:1")) {
            assertNull(Address.parse(text), text);
        }
    }

    private String file(String name) throws IOException {
        return Files.writeString(dir.resolve(name), "x").toString();
    }

    private static Map<String, List<String>> flags(String... namesAndValues) {
        Map<String, List<String>> flags = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            flags.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
        }
        return flags;
    }

    private static NodeSettings ready(
            Role role, Map<String, List<String>> flags, Map<String, String> environment) {
        return switch (NodeSettingsSource.of(role, MACHINE).read(flags, environment)) {
            case NodeSettingsResult.Ready(NodeSettings settings, List<Problem> warnings) -> {
                assertEquals(List.of(), warnings);
                yield settings;
            }
            case NodeSettingsResult.Wrong(List<Problem> problems) ->
                    throw new AssertionError(problems.toString());
        };
    }

    private static List<String> problems(
            Role role, Map<String, List<String>> flags, Map<String, String> environment) {
        return switch (NodeSettingsSource.of(role, MACHINE).read(flags, environment)) {
            case NodeSettingsResult.Ready(var settings, var warnings) ->
                    throw new AssertionError("usable: " + settings);
            case NodeSettingsResult.Wrong(List<Problem> problems) ->
                    problems.stream().map(Problem::toString).toList();
        };
    }
}
