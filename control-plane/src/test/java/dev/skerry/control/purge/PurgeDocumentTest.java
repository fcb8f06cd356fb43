package dev.skerry.control.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PurgeDocumentTest {
    private final PurgeDocument documents = new PurgeDocument();

    @ParameterizedTest
    @CsvSource({
        "https://H.example/a?b=C, h.example/a?b=C",
        "HTTPS://h:443/, h/",
        "http://h:80, h/",
        "http://h:443/x, h:443/x",
        "http://h?q, h/?q",
        "http://h./a, h/a",
        "http://[::1]:8081/a%20b, [::1]:8081/a%20b",
    })
    void urlsBecomeHostAndTarget(String url, String value) {
        assertEquals(List.of(new PurgeTarget(Scope.URL, value)), valid("urls", url).targets());
    }

    @ParameterizedTest
    @CsvSource({
        "www.h.example/static/, www.h.example/static",
        "H/a/b, h/a/b",
        "h, h",
        "h/, h",
        "https://h:443/a, h/a",
    })
    void prefixesEndAtPathSegments(String prefix, String value) {
        assertEquals(
                List.of(new PurgeTarget(Scope.PREFIX, value)), valid("prefixes", prefix).targets());
    }

    @Test
    void hostsAndTagsAreTakenAsTheyAreCompared() {
        assertEquals(
                List.of(new PurgeTarget(Scope.HOST, "h:8081")), valid("hosts", "H:8081").targets());
        // A field value holds one char a byte, so what is UTF-8 here is two chars there.
        assertEquals(
                List.of(new PurgeTarget(Scope.TAG, "\u00c3\u00a9")),
                valid("tags", "\u00e9").targets());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "urls     | h/a            | begins with http",
                "urls     | ftp://h/a      | begins with http",
                "urls     | http:///a      | host is missing",
                "urls     | http://u@h/    | is no host",
                "urls     | http://h/a b   | percent-encoded",
                "urls     | http://h/\u00e9 | percent-encoded",
                "urls     | http://h/a#b   | percent-encoded",
                "urls     | http://h/../a  | segments",
                "urls     | http://h/%2E/a | segments",
                "prefixes | h/a*           | asterisk",
                "prefixes | h/a?b          | query",
                "prefixes | /a             | host is missing",
                "prefixes | h//a           | empty segments",
                "hosts    | h/a            | no path",
                "hosts    | *.h            | is no host",
                "tags     | ''             | not empty",
                "tags     | ' a'           | white space",
            })
    void whatCannotBeMeantIsRefusedAtItsPlace(String list, String value, String words) {
        PurgeRequest.Invalid invalid = invalid("{\"" + list + "\":[\"ok-1\",\"" + value + "\"]}");
        PurgeProblem problem = invalid.problems().getLast();
        assertEquals("/" + list + "/1", problem.pointer());
        assertTrue(problem.detail().contains(words), problem.detail());
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        PurgeRequest.Invalid invalid =
                invalid(
                        "{\"urls\":[],\"tags\":\"x\",\"hosts\":[1],\"everything\":false,"
                                + "\"soft\":1,\"dryRun\":\"yes\",\"confirm\":1,\"pace\":0,"
                                + "\"url/s\":1}");
        assertEquals(
                List.of(
                        "/urls",
                        "/tags",
                        "/hosts/0",
                        "/everything",
                        "/soft",
                        "/dryRun",
                        "/confirm",
                        "/pace",
                        "/url~1s"),
                invalid.problems().stream().map(PurgeProblem::pointer).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}",
                "[]",
                "null",
                "``",
                "{\"soft\":true}",
                "{\"tags\":[\"a\"],\"pace\":1}",
                "{\"tags\":[\"a\"],\"soft\":true,\"pace\":1000001}",
                "{\"tags\":[\"a\"],\"soft\":true,\"pace\":1.5}",
                "{\"tags\":[\"a\"],\"soft\":true,\"pace\":\"1\"}",
                "{\"everything\":true,\"tags\":[\"a\"]}",
                "{\"tags\":[\"a\"],\"tags\":[\"b\"]}",
                "{\"tags\":[\"a\"]} {}",
                "{\"tags\":[\"a\"]",
                "[[[[[[[[[[[[]]]]]]]]]]]]",
            })
    void documentsThatSayNothingOrTooMuchAreRefused(String json) {
        invalid(json);
    }

    @Test
    void aDocumentMayNameSeveralKindsAndEachTargetOnce() {
        PurgeRequest.Valid valid =
                valid("{\"tags\":[\"a\",\"a\"],\"hosts\":[\"h\"],\"soft\":true}");
        assertEquals(Mode.SOFT, valid.mode());
        assertEquals(
                List.of(new PurgeTarget(Scope.TAG, "a"), new PurgeTarget(Scope.HOST, "h")),
                valid.targets());
        assertEquals(
                List.of(new PurgeTarget(Scope.EVERYTHING, "")),
                valid("{\"everything\":true}").targets());
        assertEquals(Mode.HARD, valid("{\"everything\":true,\"soft\":false}").mode());
    }

    @Test
    void aPaceADryRunAndAConfirmationGoWithTheRest() {
        PurgeRequest.Valid plain = valid("{\"everything\":true}");
        assertNull(plain.pace());
        assertNull(plain.confirm());
        assertFalse(plain.dryRun());
        assertEquals(1, valid("{\"pace\":1,\"soft\":true,\"tags\":[\"a\"]}").pace());
        assertEquals(1_000_000, valid("{\"tags\":[\"a\"],\"soft\":true,\"pace\":1000000}").pace());
        assertEquals("shop", valid("{\"everything\":true,\"confirm\":\"shop\"}").confirm());
        assertTrue(valid("{\"everything\":true,\"dryRun\":true}").dryRun());
    }

    @Test
    void tenThousandTargetsPassAndOneMoreDoesNot() {
        assertEquals(10_000, valid(tags(10_000)).targets().size());
        assertTrue(invalid(tags(10_001)).problems().getFirst().detail().contains("10001"));
    }

    @Test
    void limitsOfOneTargetHoldAtTheLimitAndOnePastIt() {
        valid("tags", "t".repeat(1024));
        invalid("{\"tags\":[\"" + "t".repeat(1025) + "\"]}");
        valid("prefixes", "h" + "/s".repeat(32));
        invalid("{\"prefixes\":[\"h" + "/s".repeat(33) + "\"]}");
        valid("urls", "http://h/" + "u".repeat(8192 - 9));
        invalid("{\"urls\":[\"http://h/" + "u".repeat(8192 - 8) + "\"]}");
    }

    @Test
    void problemsAreListedUpToAHundred() {
        String json = IntStream.range(0, 150).mapToObj(i -> "1").collect(Collectors.joining(","));
        List<PurgeProblem> problems = invalid("{\"tags\":[" + json + "]}").problems();
        assertEquals(101, problems.size());
        assertEquals("and 50 more problems", problems.getLast().detail());
    }

    private static String tags(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"t" + i + "\"")
                .collect(Collectors.joining(",", "{\"tags\":[", "]}"));
    }

    private PurgeRequest.Valid valid(String list, String value) {
        return valid("{\"" + list + "\":[\"" + value + "\"]}");
    }

    private PurgeRequest.Valid valid(String json) {
        return assertInstanceOf(PurgeRequest.Valid.class, read(json));
    }

    private PurgeRequest.Invalid invalid(String json) {
        return assertInstanceOf(PurgeRequest.Invalid.class, read(json), json);
    }

    private PurgeRequest read(String json) {
        return documents.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
