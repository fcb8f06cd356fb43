package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.policy.MissReason;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Await;
import dev.skerry.testkit.Gate;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every request that the store did not answer has one reason, and the metrics add up to them. */
class MissReasonsTest extends NodeScene {
    private static final Pattern DETAIL = Pattern.compile("; detail=([a-z.-]+)");
    private static final Pattern DOT = Pattern.compile("\\.");
    private static final Pattern SAMPLE =
            Pattern.compile("skerry_http_requests_total\\{(.*)\\} (\\S+)", Pattern.MULTILINE);
    private static final Set<String> WORDS =
            Arrays.stream(MissReason.values()).map(MissReason::word).collect(Collectors.toSet());

    private final List<RawResponse> responses = new ArrayList<>();

    private RawResponse remembered(RawResponse response) {
        responses.add(response);
        return response;
    }

    /** A request of every kind that this test knows how to provoke, some of them several times. */
    private void mixedWorkload() throws Exception {
        withSite("rules: [{match: {path: \"/pass/**\"}, pass: true}]");
        origin.on(any -> true, any -> cacheable().body("x"));
        origin.on("/vary", cacheable().field("Vary", "X-Kind").body("x"));
        origin.on("/private", Reply.ok().field("Cache-Control", "private").body("x"));
        origin.on("/no-store", Reply.ok().field("Cache-Control", "no-store").body("x"));
        origin.on("/expired", stale("").field("ETag", "\"1\"").body("x"));
        origin.on("/behind", stale(", stale-while-revalidate=1000").body("x"));
        origin.on("/reset", Reply.ok().resetBeforeHead());
        origin.on("/busy", Reply.status(503).body("x"));
        for (String target :
                List.of(
                        "/a",
                        "/a",
                        "/a",
                        "/b",
                        "/pass/a",
                        "/pass/a",
                        "/private",
                        "/private",
                        "/no-store",
                        "/expired",
                        "/expired",
                        "/behind",
                        "/behind",
                        "/reset",
                        "/busy")) {
            remembered(get(target));
        }
        remembered(get("/vary", "X-Kind: a"));
        remembered(get("/vary", "X-Kind: b"));
        remembered(get("/vary", "X-Kind: a"));
        remembered(get("/range", "Range: bytes=0-0"));
        remembered(get("/a", "If-Match: \"other\""));
        remembered(head("/head"));
        remembered(send("POST", "/b", "text"));
        remembered(get("/b"));
        purge(Scope.URL, "localhost/a", Mode.HARD);
        remembered(get("/a"));
        purge(Scope.URL, "localhost/a", Mode.SOFT);
        remembered(get("/a"));
        collapsed();
    }

    private void collapsed() throws Exception {
        Gate head = gate("head");
        origin.on("/crowd", cacheable().body("x").stallBeforeHead(head));
        int before = origin.requests().size();
        List<CompletableFuture<RawResponse>> crowd = getLater(10, "/crowd");
        origin.awaitRequests(before + 1);
        head.open();
        for (CompletableFuture<RawResponse> one : crowd) {
            remembered(now(one));
        }
    }

    @Test
    void everyMissHasOneReasonAndTheMetricsSumThem() throws Exception {
        mixedWorkload();
        Await.until(
                "all are counted",
                () -> metric("skerry_http_requests_total") == responses.size(),
                this::metrics);

        Map<String, Double> byReason = new TreeMap<>();
        double hits = 0;
        Matcher sample = SAMPLE.matcher(metrics());
        while (sample.find()) {
            double count = Double.parseDouble(sample.group(2));
            String outcome = label(sample.group(1), "outcome");
            String reason = label(sample.group(1), "reason");
            if (count == 0) {
                continue;
            }
            if (outcome.equals("hit")) {
                assertEquals("", reason);
                hits += count;
            } else {
                assertTrue(WORDS.contains(reason), outcome + " for the reason '" + reason + "'");
                byReason.merge(reason, count, Double::sum);
            }
        }
        double misses = byReason.values().stream().mapToDouble(Double::doubleValue).sum();
        assertEquals(responses.size(), hits + misses);
        assertEquals((double) responses.stream().filter(MissReasonsTest::isHit).count(), hits);
        assertTrue(byReason.size() >= 10, "only " + byReason);
        assertSameAsTheClientsWereTold(byReason);
    }

    /** Each response that the store did not answer alone names its reason, and only one. */
    private void assertSameAsTheClientsWereTold(Map<String, Double> counted) {
        Map<String, Double> told = new TreeMap<>();
        for (RawResponse response : responses) {
            if (isHit(response) || response.status() == 502) {
                continue; // an error's detail says what failed
            }
            Matcher detail = DETAIL.matcher(status(response));
            assertTrue(detail.find(), status(response));
            List<String> words =
                    DOT.splitAsStream(detail.group(1)).filter(WORDS::contains).toList();
            told.merge(words.getFirst(), 1.0, Double::sum);
        }
        told.merge("cold", 1.0, Double::sum); // the one that was reset
        assertEquals(told, counted);
    }

    private static boolean isHit(RawResponse response) {
        return status(response).contains("; hit") && !status(response).contains("detail=");
    }

    private static String label(String labels, String name) {
        Matcher matcher = Pattern.compile(name + "=\"([^\"]*)\"").matcher(labels);
        assertTrue(matcher.find(), labels);
        return matcher.group(1);
    }
}
