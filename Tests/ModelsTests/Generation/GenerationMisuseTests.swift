import Foundation
import Myelin
import Testing

/// A mistake that must stop the program with these words.
enum Mistake: String, CaseIterable, Codable {
  case temperature = "Temperature: -1.0; it must be a finite number, at least 0"
  case notANumber = "Temperature: nan; it must be a finite number, at least 0"
  case topK = "TopK: 0 tokens; it must keep at least 1"
  case topP = "TopP: probability 0.0; it must be above 0 and at most 1"
  case topPAboveOne = "TopP: probability 1.5; it must be above 0 and at most 1"
  case penalty = "RepetitionPenalty: 0.0; it must be a positive number"
  case window = "RepetitionPenalty: a window of -1 tokens; it must not be negative"
  case prompt = "generate: an empty prompt; it takes at least one token"
  case maximum = "generate: a maximum of -1 tokens; it must not be negative"
  case stopSequence = "generate: an empty stop sequence; it takes at least one token"
  case matrix = "FunctionModel gives logits [1, 2]; those of one token are needed, [vocabulary]"
  case beamPrompt = "beamSearch: an empty prompt; it takes at least one token"
  case beamWidth = "beamSearch: a width of 0; it must be at least 1"
  case beamMaximum = "beamSearch: a maximum of -2 tokens; it must not be negative"
  case beamPenalty = "beamSearch: a length penalty of -0.5; it must be a number, at least 0"
  case noTokens = "LanguageModel: no tokens to read; it takes at least one"
  case caches = "GPT: 1 caches for 2 blocks; each needs one"

  func make() {
    let model = FunctionModel { _ in Tensor([0.0, 0]) }
    switch self {
    case .temperature: _ = Sampling(temperature: -1)
    case .notANumber: _ = Sampling(temperature: .nan)
    case .topK: _ = Sampling(topK: 0)
    case .topP: _ = Sampling(topP: 0)
    case .topPAboveOne: _ = Sampling(topP: 1.5)
    case .penalty: _ = Sampling(repetitionPenalty: 0)
    case .window: _ = RepetitionPenalty(2, window: -1)
    case .prompt: _ = model.generate(from: [], maximum: 1)
    case .maximum: _ = model.generate(from: [0], maximum: -1)
    case .stopSequence: _ = model.generate(from: [0], maximum: 1, stopSequences: [[1], []])
    case .matrix:
      _ = Array(FunctionModel { _ in Tensor([[0.0, 0]]) }.generate(from: [0], maximum: 1))
    case .beamPrompt: _ = model.beamSearch(from: [], width: 1, maximum: 1)
    case .beamWidth: _ = model.beamSearch(from: [0], width: 0, maximum: 1)
    case .beamMaximum: _ = model.beamSearch(from: [0], width: 1, maximum: -2)
    case .beamPenalty:
      _ = model.beamSearch(from: [0], width: 1, lengthPenalty: -0.5, maximum: 1)
    case .noTokens:
      var state = CachedModelTests.lstm.initialState()
      _ = CachedModelTests.lstm.logits(after: [], state: &state)
    case .caches:
      var caches = Array(CachedModelTests.gpt.makeCache(batch: 1).prefix(1))
      _ = CachedModelTests.gpt.nextLogits(after: Tensor([[1]]), cache: &caches)
    }
  }
}

@Suite struct GenerationMisuseTests {
  @Test("mistakes stop with one message", arguments: Mistake.allCases)
  func stops(_ mistake: Mistake) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [mistake] in mistake.make()
    }
    let words = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(words.contains(mistake.rawValue), "\(words)")
  }
}
