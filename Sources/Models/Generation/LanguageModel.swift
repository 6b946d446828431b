import Arrays
import Tensors

/// A model that says which token may come next.
///
/// It reads tokens in pieces and remembers what it has read in a state: the keys and values of
/// attention, the h and c of a recurrent network, or simply the tokens. The state is a value, so a
/// copy of it is a branch: beam search goes on from one state in several ways, and a server may keep
/// that of a common prompt.
///
///     var state = model.initialState()
///     let logits = model.logits(after: prompt, state: &state)
public protocol LanguageModel: Sendable {
  /// What the model remembers of the tokens that it has read.
  associatedtype State: Sendable

  /// The state before the first token.
  func initialState() -> State

  /// Reads on, and gives the logits of the token that follows.
  ///
  /// - Parameters:
  ///   - tokens: What comes after all that `state` has seen; at least one token.
  ///   - state: Moves on by `tokens`.
  /// - Returns: The logits of the next token, [vocabulary].
  func logits(after tokens: [Int], state: inout State) -> Tensor
}

/// A language model made of a function from all tokens so far, at least one, to the logits of the
/// next, [vocabulary]. It remembers nothing but the tokens, so that every step reads all of them
/// again.
///
///     let model = FunctionModel { tokens in network(Tensor([tokens.suffix(64)]))[0, -1] }
public struct FunctionModel: LanguageModel {
  private let function: @Sendable ([Int]) -> Tensor

  /// The model that asks `function` at every step.
  public init(_ function: @escaping @Sendable ([Int]) -> Tensor) { self.function = function }

  public func initialState() -> [Int] { [] }

  public func logits(after tokens: [Int], state: inout [Int]) -> Tensor {
    state += tokens
    return function(state)
  }
}

extension LanguageModel {
  /// What `logits` gives, as numbers; stops where it is no vector.
  func scores(after tokens: [Int], state: inout State) -> [Double] {
    let logits = logits(after: tokens, state: &state)
    if logits.rank != 1 || logits.count == 0 {
      stop(
        "LanguageModel: \(Self.self) gives logits \(logits.shape); those of one token are needed, "
          + "[vocabulary]")
    }
    return logits.scalars(as: Double.self)
  }
}
