package dev.skerry.control.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the resource that a request means. Immutable. */
public final class ResourceTable {
    private static final String REST = "...}";

    private final List<Resource> resources;
    private final Map<Resource, String[]> templates = new LinkedHashMap<>();
    private final Map<String, Resource> aboutSites = new HashMap<>();

    /**
     * A table.
     *
     * @throws IllegalArgumentException when one request would mean two of them
     */
    public ResourceTable(List<Resource> resources) {
        this.resources = List.copyOf(resources);
        for (Resource resource : resources) {
            if (resource.isAboutSites()) {
                aboutSites.put(resource.method(), resource);
                continue;
            }
            String[] template = segments(resource.path());
            templates.forEach((other, its) -> {
                if (other.method().equals(resource.method()) && overlap(its, template)) {
                    throw new IllegalArgumentException(
                            resource.path() + " and " + other.path() + " overlap");
                }
            });
            templates.put(resource, template);
        }
    }

    /** What a request means. */
    public sealed interface Match {
        /** A resource, with the values of its template's parts; decoded, but for the rest. */
        record Found(Resource resource, Map<String, String> parts) implements Match {}

        /** A path that takes other methods: the value of {@code Allow}. */
        record OtherMethods(String allowed) implements Match {
            /** 405. */
            public ApiProblem problem() {
                return new ApiProblem(
                        405,
                        "Method not allowed",
                        "this resource takes " + allowed,
                        List.of(),
                        Map.of("Allow", allowed));
            }
        }

        /** No such path. */
        record Nothing() implements Match {}
    }

    /** All resources, in the order given. */
    public List<Resource> resources() {
        return resources;
    }

    /** Whether there is a resource of that path, for any method. */
    public boolean knows(String path) {
        String[] segments = segments(path);
        return templates.values().stream().anyMatch(template -> fits(template, segments));
    }

    /**
     * Looks a request up.
     *
     * @param path as it came, without the query
     * @throws ApiProblem 400 when the path is not decodable as UTF-8
     */
    public Match match(String method, String path) throws ApiProblem {
        Resource ofSites = aboutSites.get(method);
        if (ofSites != null) {
            return new Match.Found(ofSites, Map.of());
        }
        String[] segments = segments(path);
        TreeSet<String> allowed = new TreeSet<>();
        for (Map.Entry<Resource, String[]> entry : templates.entrySet()) {
            if (!fits(entry.getValue(), segments)) {
                continue;
            }
            Resource resource = entry.getKey();
            boolean asHead = method.equals("HEAD") && answersHead(resource);
            if (resource.method().equals(asHead ? "GET" : method)) {
                return new Match.Found(resource, parts(entry.getValue(), segments));
            }
            allowed.add(resource.method());
            if (answersHead(resource)) {
                allowed.add("HEAD");
            }
        }
        return allowed.isEmpty()
                ? new Match.Nothing()
                : new Match.OtherMethods(String.join(", ", allowed));
    }

    /**
     * Reads a query.
     *
     * @param query what follows the question mark, null without one
     * @throws ApiProblem 400 when a parameter comes twice, or is not decodable as UTF-8
     */
    public static Map<String, String> query(@Nullable String query) throws ApiProblem {
        Map<String, String> parameters = new HashMap<>();
        if (query == null) {
            return parameters;
        }
        for (String parameter : query.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            int equals = parameter.indexOf('=');
            String name = decode(equals < 0 ? parameter : parameter.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(parameter.substring(equals + 1), true);
            if (parameters.put(name, value) != null) {
                throw ApiProblem.badRequest("query parameter '" + name + "' is given twice");
            }
        }
        return parameters;
    }

    /**
     * Decodes a part of a path.
     *
     * @throws ApiProblem 400 when it is not decodable as UTF-8
     */
    public static String decoded(String part) throws ApiProblem {
        return decode(part, false);
    }

    private static boolean answersHead(Resource resource) {
        return resource.method().equals("GET")
                && resource.handler() instanceof Resource.Handler.Whole;
    }

    private static Map<String, String> parts(String[] template, String[] segments)
            throws ApiProblem {
        Map<String, String> parts = new HashMap<>();
        for (int i = 0; i < template.length; i++) {
            if (isRest(template[i])) {
                String name = template[i].substring(1, template[i].length() - REST.length());
                parts.put(name, rest(segments, i));
            } else if (isPart(template[i])) {
                String name = template[i].substring(1, template[i].length() - 1);
                parts.put(name, decode(segments[i], false));
            }
        }
        return parts;
    }

    private static boolean fits(String[] template, String[] segments) {
        if (!fitsLength(template, segments.length)) {
            return false;
        }
        for (int i = 0; i < template.length; i++) {
            if (isRest(template[i])) {
                return !rest(segments, i).isEmpty();
            }
            boolean fits =
                    isPart(template[i]) ? !segments[i].isEmpty() : template[i].equals(segments[i]);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean overlap(String[] one, String[] other) {
        if (!fitsLength(one, other.length) && !fitsLength(other, one.length)) {
            return false;
        }
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            if (!isPart(one[i]) && !isPart(other[i]) && !one[i].equals(other[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean fitsLength(String[] template, int length) {
        return isRest(template[template.length - 1])
                ? length >= template.length
                : length == template.length;
    }

    private static String rest(String[] segments, int from) {
        return String.join("/", Arrays.asList(segments).subList(from, segments.length));
    }

    private static boolean isRest(String segment) {
        return segment.startsWith("{") && segment.endsWith(REST);
    }

    private static boolean isPart(String segment) {
        return segment.startsWith("{");
    }

    private static String[] segments(String path) {
        return path.split("/", -1);
    }

    private static String decode(String text, boolean form) throws ApiProblem {
        if (text.indexOf('%') < 0 && text.chars().allMatch(c -> c < 0x80 && c != '+')) {
            return text;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = digit(text, i + 1);
                int low = digit(text, i + 2);
                if (high < 0 || low < 0) {
                    throw notDecodable(text);
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else {
                bytes.put((byte) (form && c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw notDecodable(text);
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }

    private static ApiProblem notDecodable(String text) {
        return ApiProblem.badRequest("'" + text + "' is not percent-encoded UTF-8");
    }
}
