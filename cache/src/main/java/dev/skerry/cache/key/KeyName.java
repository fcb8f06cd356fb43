package dev.skerry.cache.key;

/**
 * What a {@link CacheKey} was made of, kept with what is stored so that operators can list it, and
 * so that a key which comes back from a slower tier can be told from another one.
 *
 * @param site the site's name
 * @param scheme {@code http} or {@code https}
 * @param host normalised, with its port where the site keeps ports apart
 * @param target path and query, canonical
 */
public record KeyName(String site, String scheme, String host, String target) {
    /** As a URL. */
    public String url() {
        return scheme + "://" + host + target;
    }
}
