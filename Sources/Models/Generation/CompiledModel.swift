import Tensors

/// A cached network whose step of one token is a plan. Prompts, which differ in length, are read as
/// the network is written.
public struct CompiledModel<Network: CachedModel>: LanguageModel {
  /// The network as it was when it was compiled.
  public let network: Network
  private let step: @Sendable (inout Network.Cache, Tensor) -> Tensor

  init(_ network: Network) {
    self.network = network
    let plan = compile { (cache: inout Network.Cache, token: Tensor) -> Tensor in
      network.nextLogits(after: token, cache: &cache)
    }
    step = { plan(&$0, $1) }
  }

  public func initialState() -> CachedState<Network.Cache> { network.initialState() }

  public func logits(
    after tokens: [Int], state: inout CachedState<Network.Cache>
  ) -> Tensor {
    network.read(tokens, &state) { tokens, cache in
      tokens.count == 1
        ? step(&cache, tokens) : network.nextLogits(after: tokens, cache: &cache)
    }
  }
}

extension CachedModel {
  /// The same model, faster token by token: its weights are those of now, and fixed.
  public func compiled() -> CompiledModel<Self> { CompiledModel(self) }
}
