extension BERT {
  /// The name here of what a published file names so, as `renaming` of a model's `load`; nil for what
  /// the model has not: the heads of its training (`cls.`), and the numbers of the positions.
  ///
  ///     try model.load(contentsOf: "bert/model.safetensors", renaming: BERT.name(ofPublished:))
  ///
  /// Published names begin with `bert.`, and in older files the normalizations' parameters are
  /// `gamma` and `beta`.
  public static func name(ofPublished name: String) -> String? {
    if name.hasPrefix("cls.") || name.hasSuffix("embeddings.position_ids") { return nil }
    let prefix = "bert."
    let short = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    for (old, new) in [
      ("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias"),
    ]
    where short.hasSuffix(old) {
      return String(short.dropLast(old.count)) + new
    }
    return short
  }
}
