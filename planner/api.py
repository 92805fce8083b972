"""The JSON API of plans. Errors come out in the one shape that config/api.py gives them."""

from __future__ import annotations

from ninja import Router

from planner.api_calculators import router as calculators_router
from planner.api_costs import router as costs_router
from planner.api_evaluation import router as evaluation_router
from planner.api_placement import router as placement_router
from planner.api_plan import router as plan_router
from planner.api_portfolio import router as portfolio_router
from planner.api_result import router as result_router

router = Router()
router.add_router("", calculators_router)
router.add_router("", costs_router)
router.add_router("", evaluation_router)
router.add_router("", placement_router)
router.add_router("", plan_router)
router.add_router("", portfolio_router)
router.add_router("", result_router)
