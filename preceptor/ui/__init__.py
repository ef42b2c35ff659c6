"""The shell: base templates, design tokens, template tags, error pages. It keeps no tables and knows no other room."""
