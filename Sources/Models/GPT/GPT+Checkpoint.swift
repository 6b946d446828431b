extension GPT {
  /// The name here of what a published file names so, as `renaming` of a model's `load`; nil for what
  /// is no parameter: the causal mask of each block, which older files hold.
  ///
  ///     try model.load(contentsOf: "gpt2/model.safetensors", renaming: GPT.name(ofPublished:))
  ///
  /// In files that were saved with the output, names begin with `transformer.`.
  public static func name(ofPublished name: String) -> String? {
    if name.hasSuffix(".attn.bias") || name.hasSuffix(".attn.masked_bias") { return nil }
    let prefix = "transformer."
    return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
  }
}
