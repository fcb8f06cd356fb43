/** The configuration model: sites, rules, origins, node settings; YAML to validated records. */
@NullMarked
package dev.skerry.config;

import org.jspecify.annotations.NullMarked;
