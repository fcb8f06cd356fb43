package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.get;
import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.request;
import static dev.skerry.cache.policy.Messages.response;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.policy.StorageDecision.DoNotStore;
import dev.skerry.cache.policy.StorageDecision.Store;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorabilityTest {
    private static final String CC = "Cache-Control";
    private static final String FRESH = "max-age=3600";
    private static final StorageDecision STORE = new Store(List.of());

    private static StorageDecision decide(RequestHead request, ResponseHead response) {
        return Storability.decide(request, response, CacheRules.DEFAULT);
    }

    private static StorageDecision not(MissReason reason) {
        return new DoNotStore(reason);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                200, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 503, 599
            })
    void anyFinalStatusWithExplicitFreshnessIsStored(int status) {
        assertEquals(STORE, decide(get(), response(status, CC, FRESH)));
        assertEquals(
                STORE, decide(get(), response(status, "Expires", "Fri, 01 Jan 2038 01:01:01 GMT")));
    }

    @ParameterizedTest
    @CsvSource({
        "200,true", "203,true", "204,true", "300,true", "301,true", "308,true", "404,true",
        "405,true", "410,true", "414,true", "501,true", "201,false", "202,false", "302,false",
        "307,false", "403,false", "500,false", "502,false", "503,false", "504,false", "599,false"
    })
    void aValidatorAloneNeedsAHeuristicallyCacheableStatusOrPublic(int status, boolean stored) {
        String lastModified = "Sun, 22 Nov 2026 12:00:00 GMT";
        assertEquals(
                stored ? STORE : not(MissReason.STATUS),
                decide(get(), response(status, "Last-Modified", lastModified)));
        assertEquals(
                STORE,
                decide(get(), response(status, "Last-Modified", lastModified, CC, "public")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-store                 | RESPONSE_NO_STORE",
                "No-StOrE, max-age=60     | RESPONSE_NO_STORE",
                "private, max-age=60      | RESPONSE_PRIVATE",
                "no-cache                 | RESPONSE_NO_CACHE",
                "no-cache, max-age=60     | RESPONSE_NO_CACHE",
                "public                   | NO_FRESHNESS",
                "foo                      | NO_FRESHNESS",
            })
    void directivesForbidStoring(String control, MissReason reason) {
        assertEquals(not(reason), decide(get(), ok(CC, control)));
    }

    @Test
    void noCacheWithAValidatorIsStoredToBeValidated() {
        assertEquals(STORE, decide(get(), ok(CC, "no-cache", "ETag", "\"a\"")));
    }

    @Test
    void namedFieldsAreLeftOut() {
        assertEquals(
                new Store(List.of("a", "b", "c")),
                decide(get(), ok(CC, "max-age=60, no-cache=\"c\", private=\"A, b\"")));
    }

    @Test
    void mustUnderstandOverridesNoStoreWhereTheStatusIsKnown() {
        String control = "max-age=3600, no-store, must-understand";
        assertEquals(STORE, decide(get(), ok(CC, control)));
        assertEquals(not(MissReason.MUST_UNDERSTAND), decide(get(), response(599, CC, control)));
        assertEquals(
                not(MissReason.MUST_UNDERSTAND),
                decide(get(), response(599, CC, "max-age=3600, must-understand")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "PUT", "OPTIONS", "get", "QUERY"})
    void onlyGetIsStored(String method) {
        assertEquals(not(MissReason.METHOD), decide(request(method), ok(CC, FRESH)));
    }

    @Test
    void whatIsNoWholeFinalResponseIsNotStored() {
        assertEquals(not(MissReason.STATUS), decide(get(), response(103, CC, FRESH)));
        assertEquals(not(MissReason.STATUS), decide(get(), response(304, CC, FRESH)));
        assertEquals(not(MissReason.PARTIAL), decide(get(), response(206, CC, FRESH)));
    }

    @ParameterizedTest
    @ValueSource(ints = {304, 408, 412, 413, 416, 417, 421, 425, 426, 429, 431})
    void whatAnswersOnlyThisMessageIsNotStored(int status) {
        assertEquals(not(MissReason.STATUS), decide(get(), response(status, CC, FRESH)));
    }

    @Test
    void credentialsNeedAnAllowance() {
        RequestHead request = get("Authorization", "FOO");
        assertEquals(not(MissReason.AUTHORIZATION), decide(request, ok(CC, FRESH)));
        assertEquals(STORE, decide(request, ok(CC, "max-age=60, public")));
        assertEquals(STORE, decide(request, ok(CC, "max-age=60, must-revalidate")));
        assertEquals(STORE, decide(request, ok(CC, "s-maxage=60")));
        assertEquals(
                not(MissReason.AUTHORIZATION),
                decide(request, ok(CC, "max-age=60, proxy-revalidate")));
    }

    @Test
    void cookiesNeedMoreThanAHeuristic() {
        String[] heuristic = {
            "Set-Cookie", "a=b", "Last-Modified", "Sun, 22 Nov 2026 12:00:00 GMT"
        };
        assertEquals(STORE, decide(get(), ok("Set-Cookie", "a=b", CC, FRESH)));
        assertEquals(STORE, decide(get(), ok("Set-Cookie", "a=b", CC, "public", "ETag", "\"a\"")));
        assertEquals(not(MissReason.SET_COOKIE), decide(get(), ok(heuristic)));
        CacheRules ttl = CacheRules.DEFAULT.toBuilder().ttlMillis(1000).build();
        assertEquals(not(MissReason.SET_COOKIE), Storability.decide(get(), ok(heuristic), ttl));
        CacheRules never = CacheRules.DEFAULT.toBuilder().storeSetCookie(false).build();
        assertEquals(
                not(MissReason.SET_COOKIE),
                Storability.decide(get(), ok("Set-Cookie", "a=b", CC, FRESH), never));
    }

    @Test
    void varyStarAnywhereIsNotStored() {
        for (String vary : List.of("*", "*, *", ", *", "*, Foo", "Foo, *")) {
            assertEquals(not(MissReason.VARY_STAR), decide(get(), ok(CC, FRESH, "Vary", vary)));
        }
        assertEquals(
                not(MissReason.VARY_STAR), decide(get(), ok(CC, FRESH, "Vary", "", "Vary", "*")));
        assertEquals(STORE, decide(get(), ok(CC, FRESH, "Vary", "Foo")));
    }

    @Test
    void aRequestsNoStoreCountsOnlyWhereHonoured() {
        RequestHead request = get(CC, "no-store");
        assertEquals(STORE, decide(request, ok(CC, FRESH)));
        CacheRules honour = CacheRules.DEFAULT.toBuilder().honourRequestDirectives(true).build();
        assertEquals(
                not(MissReason.REQUEST_NO_STORE),
                Storability.decide(request, ok(CC, FRESH), honour));
    }

    @Test
    void anAnnouncedLengthMayBeAtMostTheLimit() {
        CacheRules rules = CacheRules.DEFAULT.toBuilder().maxObjectBytes(10).build();
        assertEquals(
                STORE, Storability.decide(get(), ok(CC, FRESH, "Content-Length", "10"), rules));
        assertEquals(
                not(MissReason.TOO_LARGE),
                Storability.decide(get(), ok(CC, FRESH, "Content-Length", "11"), rules));
    }

    @Test
    void rulesMakeCacheableWhatSaysNothing() {
        CacheRules ttl = CacheRules.DEFAULT.toBuilder().ttlMillis(1000).build();
        assertEquals(STORE, Storability.decide(get(), ok(), ttl));
        assertEquals(not(MissReason.STATUS), Storability.decide(get(), response(500), ttl));
        assertEquals(not(MissReason.NO_FRESHNESS), Storability.decide(get(), response(404), ttl));
        assertEquals(
                not(MissReason.RESPONSE_NO_STORE),
                Storability.decide(get(), ok(CC, "no-store"), ttl));
        CacheRules byStatus =
                CacheRules.DEFAULT.toBuilder().ttlByStatusMillis(Map.of(500, 0L)).build();
        assertEquals(STORE, Storability.decide(get(), response(500), byStatus));
        CacheRules byDefault = CacheRules.DEFAULT.toBuilder().defaultTtlMillis(1000).build();
        assertEquals(STORE, Storability.decide(get(), response(404), byDefault));
        assertEquals(not(MissReason.STATUS), Storability.decide(get(), response(500), byDefault));
    }

    @Test
    void targetedDirectivesTakeThePlaceOfCacheControl() {
        String cdn = "CDN-Cache-Control";
        assertEquals(STORE, decide(get(), ok(CC, "no-store", cdn, "max-age=10000")));
        assertEquals(STORE, decide(get(), ok(CC, "no-store", "Surrogate-Control", "max-age=60")));
        assertEquals(
                not(MissReason.RESPONSE_NO_STORE), decide(get(), ok(CC, FRESH, cdn, "no-store")));
        for (String invalid :
                List.of("max-age=10000, &&&&&", "max-age=\"10000\"", "MaX-aGe=1", "")) {
            assertEquals(
                    not(MissReason.RESPONSE_NO_STORE),
                    decide(get(), ok(CC, "no-store", cdn, invalid)));
        }
    }

    @Test
    void aPostAnswersLaterGetsOnlyIfItSaysSo() {
        ResponseHead good = ok(CC, FRESH, "Content-Location", "/a/b?c");
        RequestHead post = request("POST");
        assertEquals(STORE, Storability.decidePost(post, good, CacheRules.DEFAULT));
        List<ResponseHead> bad =
                List.of(
                        ok(CC, FRESH),
                        ok(CC, FRESH, "Content-Location", "/a/b"),
                        ok("ETag", "\"x\"", "Content-Location", "/a/b?c"),
                        response(201, CC, FRESH, "Content-Location", "/a/b?c"));
        for (ResponseHead response : bad) {
            assertEquals(
                    not(MissReason.METHOD),
                    Storability.decidePost(post, response, CacheRules.DEFAULT));
        }
        assertEquals(
                not(MissReason.METHOD),
                Storability.decidePost(request("PUT"), good, CacheRules.DEFAULT));
    }
}
