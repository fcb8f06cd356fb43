package dev.skerry.proxy.pipeline;

import dev.skerry.cache.engine.Route;
import dev.skerry.config.Rule;
import dev.skerry.config.Site;

/**
 * One rule of a site, ready for requests.
 *
 * @param rule what was configured
 * @param route what the engine needs of it
 */
public record RuleRoute(Site site, Rule rule, Route route) {}
