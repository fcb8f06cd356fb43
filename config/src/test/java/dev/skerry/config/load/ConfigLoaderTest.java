package dev.skerry.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.text.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    private static final String HEAD =
            "site: s\nhosts: [a.example]\norigins: [{url: \"http://o\"}]\n";

    @Test
    void allProblemsComeAtOnceWithTheirLines() {
        assertEquals(
                List.of(
                        "f.yaml:1: site: 'Shop!' is not a site name: 1 to 64 lower-case letters,"
                                + " digits, '.', '_' and '-', a letter or digit first",
                        "f.yaml:2: host: unknown key; did you mean 'hosts'?",
                        "f.yaml:5: origins[0].weight: '0' is out of range: 1 to 1000",
                        "f.yaml:6: origins[0].timeouts.connect: '2 s' is not a duration such as"
                                + " 500ms, 10s, 5m, 1h, 1d or 1y",
                        "f.yaml:9: rules[0].cache.tll: unknown key; did you mean 'ttl'?",
                        "f.yaml:10: rules[1].match: expected conditions, a map, but found a list",
                        "f.yaml:11: rules[2].pass: 'yes' is neither true nor false"),
                problems(
                                """
                                site: Shop!
                                host: [a.example]
                                origins:
                                  - url: http://o
                                    weight: 0
                                    timeouts: {connect: 2 s}
                                rules:
                                  - match: {path: /a}
                                    cache: {tll: 1d}
                                  - match: [a]
                                  - {match: {path: /b}, pass: yes}
                                """)
                        .stream()
                        .filter(p -> !p.contains("is missing"))
                        .toList());
    }

    @Test
    void requiredKeysAreAskedFor() {
        List<String> found = problems("{}");
        assertEquals(3, found.size());
        assertTrue(found.get(0).startsWith("f.yaml:1: 'site' is missing: "), found.get(0));
        assertTrue(found.get(1).startsWith("f.yaml:1: 'hosts' is missing: "), found.get(1));
        assertTrue(found.get(2).startsWith("f.yaml:1: 'origins' is missing: "), found.get(2));
    }

    @Test
    void aKeyGivenTwiceIsAnError() {
        assertEquals(
                List.of("f.yaml:5: defaults.ttl: is given twice, first in line 5"),
                problems(HEAD + "defaults:\n  {ttl: 1d, ttl: 2d}\n"));
    }

    @Test
    void whatDoesNotFitTogetherIsAnError() {
        assertProblem("rules: [{match: {path: /a}, redirect: {to: /b}, deny: {}}]", "one answer");
        assertProblem(
                "rules: [{match: {path: /a}, redirect: {to: /b}, pass: true}]", "has no effect");
        assertProblem(
                "rules: [{match: {path: /a}, pass: true, cache: {ttl: 1s}}]", "has no effect");
        assertProblem(
                "rules: [{match: {path: \"/a/*\"}, redirect: {to: \"/b/{rest}\"}}]", "needs a **");
        assertProblem("rules: [{match: {}, redirect: {to: \"/b/{rest}\"}}]", "needs a **");
        assertProblem("defaults: {query: [a], query-remove: [b]}", "does not go with");
        assertProblem(
                "defaults: {query: ignore}\n"
                        + "rules: [{match: {path: /a}, cache: {query-remove: [b]}}]",
                "does not go with");
        assertProblem(
                "defaults: {compress: {min-size: 2k, max-size: 1k}}",
                "defaults.compress.max-size: leaves nothing to code: min-size is 2k, max-size 1k");
        assertProblem(
                "defaults: {compress: {max-size: 1k}}\n"
                        + "rules: [{match: {path: /a}, compress: {min-size: 1025}}]",
                "rules[0].compress.min-size: leaves nothing to code");
    }

    @Test
    void oneLengthMayBeAllThatIsCoded() {
        assertEquals(
                List.of(), problems(HEAD + "defaults: {compress: {min-size: 2k, max-size: 2k}}"));
    }

    @Test
    void wrongCodingSettingsAreErrors() {
        assertProblem(
                "defaults: {compress: {codings: [gzip, lzma]}}",
                "codings[1]: 'lzma' is not one of br, zstd, gzip");
        assertProblem("defaults: {compress: {codings: []}}", "has 0 codings; allowed: 1 to 3");
        assertProblem("defaults: {compress: often}", "expected true, false, or settings");
        assertProblem("defaults: {compress: {br-level: fast}}", "'fast' is not a whole number");
        assertProblem("defaults: {compress: {types: []}}", "has 0 media types");
        assertProblem("defaults: {compress: {types: html}}", "'html' is not a media type");
    }

    @ParameterizedTest
    @CsvSource({"gzip-level, 1, 9", "br-level, 0, 11", "zstd-level, 1, 19"})
    void levelsOfACodingAreBounded(String key, int least, int most) {
        for (int level : new int[] {least, most}) {
            assertEquals(
                    List.of(),
                    problems(HEAD + "defaults: {compress: {%s: %d}}".formatted(key, level)));
        }
        for (int level : new int[] {least - 1, most + 1}) {
            assertProblem(
                    "defaults: {compress: {%s: %d}}".formatted(key, level),
                    "'%d' is out of range: %d to %d".formatted(level, least, most));
        }
    }

    @Test
    void wrongValuesAreErrors() {
        assertProblem("rules: [{match: {path: a}}]", "begins with /");
        assertProblem("rules: [{match: {method: get}}]", "write GET");
        assertProblem("rules: [{match: {country: [QQ]}}]", "country code");
        assertProblem("rules: [{match: {header: {\"a b\": true}}}]", "not a field name");
        assertProblem("rules: [{match: {path: /a}, redirect: {to: \"//evil/\"}}]", "location");
        assertProblem(
                "rules: [{match: {path: \"/**\"}, redirect: {to: \"https://{rest}/\"}}]",
                "location");
        assertProblem(
                "rules: [{match: {path: \"/**\"}, redirect: {to: \"https://a.{host}/\"}}]",
                "location");
        assertProblem("rules: [{match: {path: /a}, redirect: {to: \"/{x}\"}}]", "placeholder");
        assertProblem("rules: [{match: {path: /a}, redirect: {to: /b, status: 200}}]", "301");
        assertProblem("rules: [{match: {path: /a}, deny: {status: 399}}]", "400 to 599");
        assertProblem("rules: [{match: {path: /a}, tags: [\"a b\"]}]", "not a tag");
        assertProblem("defaults: {status-ttl: {600: 1s}}", "neither a status");
        assertProblem("defaults: {query: ignroe}", "did you mean 'ignore'");
        assertProblem("defaults: {vary-cap: 65}", "1 to 64");
        assertProblem("defaults: {request-fields: {set: {Host: a}}}", "preserve-host");
        assertProblem("defaults: {request-fields: {set: {Skerry-Need: a}}}", "cannot be edited");
        assertProblem("defaults: {response-fields: {set: {A: \"b\\r\\nC: d\"}}}", "line break");
        assertProblem("defaults: {request-fields: {set: {A: b, a: c}}}", "given twice");
        assertProblem("balance: random", "one of weighted, least-requests");
        assertProblem("defaults: {ttl: }", "found nothing");
    }

    @Test
    void originsThatAreNoneAreErrors() {
        for (String url :
                List.of(
                        "ftp://a",
                        "a.example",
                        "http://",
                        "http://a?b",
                        "http://a:0",
                        "http://a/..")) {
            List<String> found =
                    problems("site: s\nhosts: a\norigins: [{url: \"%s\"}]".formatted(url));
            assertEquals(1, found.size(), () -> url + found);
        }
        List<String> secret =
                problems("site: s\nhosts: a\norigins: [{url: \"http://u:secret@a\"}]");
        assertEquals(1, secret.size());
        assertFalse(secret.getFirst().contains("secret"), secret.getFirst());
    }

    @Test
    void aRuleThatNothingReachesIsAWarning() {
        Loaded loaded =
                load(
                        HEAD
                                + "rules:\n"
                                + "  - {match: {path: /a}, pass: true}\n"
                                + "  - {match: {path: /a}, deny: {}}\n"
                                + "  - {match: {path: \"/**\"}, pass: true}\n"
                                + "  - {match: {path: /b}, pass: true}\n");
        assertTrue(loaded.isValid());
        assertEquals(1, loaded.sites().size());
        assertEquals(
                List.of(
                        "f.yaml:6: warning: rules[1]: is never reached: rules[0] (line 5) matches"
                                + " the same requests",
                        "f.yaml:8: warning: rules[3]: is never reached: rules[2] (line 7) matches"
                                + " every request"),
                loaded.problems().stream().map(Problem::toString).toList());
    }

    @Test
    void severalSitesStandInOneFileAndABadOneDoesNotStopTheOthers() {
        Loaded loaded =
                load(
                        HEAD
                                + "---\nsite: bad\n---\n"
                                + HEAD.replace("site: s", "site: t").replace("a.example", "b"));
        assertFalse(loaded.isValid());
        assertEquals(List.of("s", "t"), loaded.sites().stream().map(s -> s.name()).toList());
    }

    @Test
    void namesAndHostsBelongToOneSite() {
        List<String> found = problems(HEAD + "---\n" + HEAD);
        assertEquals(
                List.of(
                        "f.yaml:5: site: 's' is the name of another site, in line 1",
                        "f.yaml:6: hosts: 'a.example' is given twice"),
                found);
        assertEquals(
                List.of("f.yaml:6: hosts: 'a.example' belongs to site 's' already"),
                problems(HEAD + "---\n" + HEAD.replace("site: s", "site: t")));
    }

    @Test
    void brokenYamlIsReportedWhereItBreaks() {
        List<String> found = problems("site: s\nhosts: [a\norigins: b\n");
        assertEquals(1, found.size());
        assertTrue(found.getFirst().matches("f\\.yaml:[23]: not YAML: .*"), found.getFirst());
    }

    @Test
    void aliasesAndTagsAreRefusedSoThatNothingExpands() {
        List<String> alias = problems("site: &n s\nhosts: [*n]\norigins: [{url: \"http://o\"}]\n");
        assertTrue(alias.getFirst().contains("aliases"), alias.toString());
        List<String> tag = problems(HEAD + "balance: !special weighted\n");
        assertTrue(tag.getFirst().contains("tags (!name)"), tag.toString());
    }

    @Test
    void nestingIsBounded() {
        assertEquals(
                List.of("f.yaml:1: nested deeper than 16 levels"),
                problems("a: " + "[".repeat(5000) + "]".repeat(5000)));
        assertTrue(
                problems("a: " + "[".repeat(15) + "]".repeat(15)).stream()
                        .noneMatch(p -> p.contains("deeper")));
    }

    @Test
    void sizeIsBounded() {
        String padding = "#" + "x".repeat((1 << 20) - HEAD.length() - 2) + "\n";
        assertTrue(load(HEAD + padding).isValid());
        assertEquals(
                List.of("f.yaml: the file is larger than 1 MiB"), problems(HEAD + padding + "#"));
    }

    @Test
    void problemsAreBounded() {
        assertEquals(200, problems("[a]: 1\n".length() + ": x\n" + "---\n1\n".repeat(300)).size());
    }

    @Test
    void emptyAndForeignFilesAreErrors(@TempDir Path dir) throws Exception {
        assertEquals(
                List.of("f.yaml: holds no site; a site begins with 'site: NAME'"), problems(""));
        assertEquals(
                List.of("f.yaml:1: expected a site, a map, but found 'text'"), problems("text"));
        Path file = dir.resolve("x.yaml");
        assertEquals(
                List.of(file + ": there is no such file"),
                ConfigLoader.load(file).problems().stream().map(Problem::toString).toList());
        Files.write(file, new byte[] {'a', ':', (byte) 0xff});
        assertEquals(
                List.of(file + ": the file is not UTF-8"),
                ConfigLoader.load(file).problems().stream().map(Problem::toString).toList());
        assertFalse(ConfigLoader.load(dir).isValid());
    }

    private static void assertProblem(String rest, String part) {
        List<String> found = problems(HEAD + rest);
        assertEquals(1, found.size(), () -> rest + " gave " + found);
        assertTrue(found.getFirst().contains(part), () -> rest + " gave " + found);
    }

    private static List<String> problems(String yaml) {
        return load(yaml).problems().stream().map(Problem::toString).toList();
    }

    private static Loaded load(String yaml) {
        return ConfigLoader.parse("f.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }
}
