package dev.skerry.cache.policy;

import static dev.skerry.cache.policy.Messages.ok;
import static dev.skerry.cache.policy.Messages.request;
import static dev.skerry.cache.policy.Messages.response;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.policy.Invalidation.Target;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InvalidationTest {
    private static final Target OWN = new Target("example.com", "/a/b?c");

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH", "get"})
    void unsafeAndUnknownMethodsInvalidateTheirTarget(String method) {
        assertEquals(List.of(OWN), Invalidation.targets(request(method), response(204)));
        assertEquals(List.of(OWN), Invalidation.targets(request(method), response(303)));
    }

    @Test
    void safeMethodsAndErrorsInvalidateNothing() {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "TRACE")) {
            assertEquals(List.of(), Invalidation.targets(request(method), response(200)));
        }
        for (int status : new int[] {103, 400, 404, 500}) {
            assertEquals(List.of(), Invalidation.targets(request("POST"), response(status)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/x, /x",
        "/x?y=%20, /x?y=%20",
        "x, /a/x",
        "?z, /a/?z",
        "../x, /x",
        "http://example.com/x, /x",
        "HTTP://EXAMPLE.com:80/x#f, /x",
        "//example.com, /",
        "http://example.com, /",
    })
    void locationsOfTheSameOriginAreInvalidToo(String reference, String target) {
        for (String name : List.of("Location", "Content-Location")) {
            assertEquals(
                    List.of(OWN, new Target("example.com", target)),
                    Invalidation.targets(request("POST"), ok(name, reference)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://other.com/x", "https://example.com/x", "http://example.com:81/x",
                        "mailto:a@b",
                "http://[", "/a b", "\\x", "/a/b?c"
            })
    void otherReferencesAddNothing(String reference) {
        assertEquals(
                List.of(OWN), Invalidation.targets(request("POST"), ok("Location", reference)));
    }

    @Test
    void thePortBelongsToTheOrigin() {
        RequestHead request =
                new RequestHead("PUT", "http", "Example.com:8080", "/a", FieldList.EMPTY);
        assertEquals(
                List.of(new Target("example.com:8080", "/a"), new Target("example.com:8080", "/x")),
                Invalidation.targets(
                        request,
                        ok(
                                "Location",
                                "http://example.com:8080/x",
                                "Content-Location",
                                "//example.com/y")));
    }

    @Test
    void groupsAreInvalidatedByUnsafeMethodsOnly() {
        String name = "Cache-Group-Invalidation";
        assertEquals(
                List.of("a", "b"), Invalidation.groups(request("POST"), ok(name, "\"a\", \"b\"")));
        assertEquals(List.of(), Invalidation.groups(request("GET"), ok(name, "\"a\"")));
        assertEquals(List.of(), Invalidation.groups(request("POST"), response(500, name, "\"a\"")));
    }

    @Property
    void readingReferencesIsTotal(@ForAll String reference) {
        Invalidation.targets(request("POST"), ok("Location", reference));
    }

    @Property
    void readingTargetsIsTotal(@ForAll String target) {
        RequestHead request = new RequestHead("POST", "http", "h", "/" + target, FieldList.EMPTY);
        Invalidation.targets(request, ok("Location", "/x", "Content-Location", "y"));
    }
}
