import Tensors

/// Generation: `model.compiled().generate(from: prompt, maximum: 200)`.
extension GPT: CachedModel {
  public var contextLength: Int? { configuration.context }
}
