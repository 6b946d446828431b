import Myelin
import Testing

/// Files as they are published: other names, and tensors that are no parameters.
@Suite struct CheckpointTests {
  @Test(
    "GPT-2's files load by name, with and without the output's prefix",
    arguments: [
      "", "transformer.",
    ])
  func gpt(prefix: String) throws {
    let sizes = GPT.Configuration(vocabulary: 7, context: 4, width: 8, layers: 2, heads: 2)
    let (source, other) = (withRandomSeed(1) { GPT(sizes) }, withRandomSeed(2) { GPT(sizes) })
    var file = Dictionary(
      uniqueKeysWithValues: source.tensors(.parameter).map { (prefix + $0, $1) })
    for layer in 0..<2 {
      file["\(prefix)h.\(layer).attn.bias"] = .ones([1, 1, 4, 4])
      file["\(prefix)h.\(layer).attn.masked_bias"] = Tensor(-10_000)
    }
    var model = other
    try model.load(file, renaming: GPT.name(ofPublished:))
    let tokens = Tensor([[1, 2, 3]])
    #expect(model(tokens).scalars(as: Float.self) == source(tokens).scalars(as: Float.self))
  }

  @Test("BERT's files load by name, old ones and new ones", arguments: [true, false])
  func bert(isOld: Bool) throws {
    let sizes = BERT.Configuration(
      vocabulary: 7, context: 4, width: 8, layers: 2, heads: 2, hidden: 16)
    let (source, other) = (withRandomSeed(1) { BERT(sizes) }, withRandomSeed(2) { BERT(sizes) })
    var file: [String: Tensor] = [:]
    for (name, tensor) in source.tensors(.parameter) {
      var name = "bert." + name
      if isOld && name.hasSuffix("LayerNorm.weight") { name = String(name.dropLast(6)) + "gamma" }
      if isOld && name.hasSuffix("LayerNorm.bias") { name = String(name.dropLast(4)) + "beta" }
      file[name] = tensor
    }
    #expect(file["bert.embeddings.LayerNorm.gamma"] != nil || !isOld)
    file["bert.embeddings.position_ids"] = Tensor([[0, 1, 2, 3]])
    file["cls.predictions.bias"] = .ones([7])
    var model = other
    try model.load(file, renaming: BERT.name(ofPublished:))
    let tokens = Tensor([[1, 2, 3]])
    #expect(model(tokens).scalars(as: Float.self) == source(tokens).scalars(as: Float.self))
  }
}
