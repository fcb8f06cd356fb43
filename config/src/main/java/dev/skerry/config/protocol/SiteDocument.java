package dev.skerry.config.protocol;

/**
 * The document of a site as it is now.
 *
 * @param version counts the site's documents from 1
 * @param counter the change that brought it
 * @param document YAML
 */
public record SiteDocument(String site, long version, long counter, String document) {}
